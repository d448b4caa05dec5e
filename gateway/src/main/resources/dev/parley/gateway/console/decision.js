// One decision: who could have answered, why this one did, what was called, what came of it.
import {h, s, show, source, model, bar, result, colour, error, narrow} from './dom.js';
import {get, post} from './api.js';
import {usd, span, count, percent, moment, protocol} from './format.js';

export async function decision(place, signal, id) {
  const path = `/admin/decisions/${encodeURIComponent(id)}`;
  const o = await get(path, signal);
  show(place,
    h('div', {class: 'head'}, h('a', {href: '#/live'}, '← Live'), h('h1', {}, 'Decision'), h('span', {class: 'mono muted'}, o.id), h('span', {class: 'spring'}), source(path)),
    verdict(o),
    h('div', {class: 'card flush'}, h('h2', {}, 'Candidates'), candidates(o.decision, o)),
    h('div', {class: 'grid'}, calls(o), facts(o)),
    o.content?.prompt ? h('div', {class: 'card'}, h('h2', {}, 'Content'), h('pre', {}, o.content.prompt), h('pre', {}, o.content.answer || '(no answer)'), replay(o)) : null);
}

function verdict(o) {
  return h('div', {class: 'card'},
    h('p', {class: 'reason'}, model(o.decision.selected), ' ', result(o.result.status, o.result.finish)),
    h('p', {class: 'reason'}, o.decision.reason),
    h('div', {class: 'statline'},
      h('span', {}, moment(o.at)),
      h('span', {}, `asked ${o.asked.model}`),
      h('span', {}, `policy ${o.decision.policy}`),
      h('span', {}, `router ${o.decision.router}`),
      h('span', {}, `cost ${usd(o.cost_nano_usd)}`),
      h('span', {}, `total ${span(o.timings.total_us)}`)),
    votes(o));
}

function votes(o) {
  const said = h('span', {class: 'muted small'}, o.feedback?.length ? `feedback: ${o.feedback.map((f) => `${f.metric} ${f.value}`).join(', ')}` : '');
  const vote = (value) => async () => {
    try {
      await post('/admin/feedback', {decision_id: o.id, metric: 'thumb', value});
      said.textContent = 'thank you, recorded';
    } catch (problem) {
      said.textContent = problem.message;
    }
  };
  return h('p', {class: 'row'}, h('button', {type: 'button', onclick: vote(1)}, 'Good answer'), h('button', {type: 'button', onclick: vote(0)}, 'Bad answer'), said);
}

/** Also used for dry runs. */
export function candidates(decision, outcome) {
  const list = decision.candidates;
  const out = Object.entries(decision.excluded || {});
  if (!list.length && !out.length) {
    return h('div', {class: 'empty'}, h('b', {}, 'Nothing was predicted'), decision.router === 'direct' ? 'The client named the model itself. Ask for auto to see candidates.' : 'The request ended before it was routed.');
  }
  const dearest = Math.max(...list.map((c) => c.cost_nano_usd || 0), 1);
  return h('div', {class: 'scroll'}, h('table', {class: 'stack'},
    h('thead', {}, h('tr', {}, h('th', {}, 'Model'), h('th', {}, 'Predicted quality'), h('th', {class: 'r'}, 'Quality'), h('th', {}, 'Predicted cost'), h('th', {class: 'r'}, 'Cost'), h('th', {class: 'r'}, 'Latency'), h('th', {}, 'Evidence'))),
    h('tbody', {},
      list.map((c) => h('tr', {},
        h('td', {}, model(c.model), c.model === decision.selected && h('span', {class: 'badge good'}, 'chosen')),
        h('td', {class: 'hide'}, bar(c.quality, {colour: colour(c.model), ticks: [c.quality - c.uncertainty, c.quality + c.uncertainty], label: `${percent(c.quality, 1)} ± ${percent(c.uncertainty, 1)}`})),
        h('td', {class: 'r num', 'data-l': 'quality'}, percent(c.quality, 1), h('span', {class: 'faint'}, ` ± ${(c.uncertainty * 100).toFixed(1)}`)),
        h('td', {class: 'hide'}, bar((c.cost_nano_usd || 0) / dearest, {colour: 'var(--faint)', label: usd(c.cost_nano_usd)})),
        h('td', {class: 'r num', 'data-l': 'cost'}, usd(c.cost_nano_usd)),
        h('td', {class: 'r num', 'data-l': 'time'}, span(c.latency_us)),
        h('td', {class: 'muted wide'}, c.evidence))),
      out.map(([name, why]) => h('tr', {},
        h('td', {}, h('span', {class: 'muted'}, name), ' ', h('span', {class: 'badge'}, 'excluded')),
        h('td', {class: 'muted wide', colspan: 6}, why))))));
}

function calls(o) {
  const box = h('div', {class: 'card'}, h('h2', {}, 'Calls'));
  const total = Math.max(o.timings.total_us, 1);
  const together = o.decision.plan.shape === 'fanout';
  const lanes = [{name: 'routing', us: o.timings.routing_us, from: 0, fill: 'var(--faint)', note: span(o.timings.routing_us)}];
  let at = o.timings.routing_us;
  for (const c of o.calls) {
    lanes.push({name: c.model, us: c.us, from: at, fill: c.status === 'ok' ? colour(c.model) : 'var(--bad)', note: `${span(c.us)} · ${c.status === 'ok' ? `${count(c.usage.output_tokens)} tokens out` : c.status.toLowerCase().replaceAll('_', ' ')} · ${c.backend}`});
    if (!together) at += c.us;
  }
  const end = Math.max(total, ...lanes.map((l) => l.from + l.us));
  const width = narrow() ? 340 : 480;
  const height = lanes.length * 40 + 22;
  const x = (us) => us / end * width;
  box.append(s('svg', {class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Timeline of calls'},
    lanes.map((l, i) => [
      s('text', {x: 0, y: i * 40 + 12}, s('tspan', {class: 'strong', 'font-weight': 500}, l.name), `  ${l.note}`),
      s('rect', {x: 0, y: i * 40 + 19, width, height: 8, rx: 4, fill: 'var(--track)'}),
      s('rect', {x: x(l.from), y: i * 40 + 19, width: Math.max(3, x(l.us)), height: 8, rx: 4, fill: l.fill}),
    ]),
    o.timings.first_byte_us > 0 && [
      s('line', {x1: x(o.timings.first_byte_us), x2: x(o.timings.first_byte_us), y1: 16, y2: height - 20, class: 'whisker', 'stroke-dasharray': '3 3'}),
      s('text', {x: Math.min(x(o.timings.first_byte_us), width - 110), y: height - 4}, `first byte ${span(o.timings.first_byte_us)}`),
    ]));
  if (!o.calls.length) box.append(h('p', {class: 'muted'}, o.result.cache === 'hit' ? 'Answered from the cache: nothing was called.' : 'Nothing was called.'));
  return box;
}

function facts(o) {
  const fact = (name, value) => [h('dt', {}, name), h('dd', {}, value)];
  return h('div', {class: 'card'}, h('h2', {}, 'Facts'), h('dl', {class: 'facts'},
    fact('protocol', `${protocol(o.asked.protocol)}${o.asked.stream ? ', streamed' : ''}`),
    fact('tokens', `${count(o.usage.input_tokens)} in (${count(o.usage.cached_input_tokens || 0)} cached), ${count(o.usage.output_tokens)} out${o.usage.estimated ? ', estimated' : ''}`),
    fact('predicted cost', usd(o.decision.candidates.find((c) => c.model === o.decision.selected)?.cost_nano_usd)),
    fact('actual cost', usd(o.cost_nano_usd)),
    fact('plan', `${o.decision.plan.shape}: ${o.decision.plan.models.join(' → ')}`),
    fact('propensity', o.decision.propensity),
    fact('query', (o.asked.profile?.words ?? '–') + (o.asked.follow_up ? ', read with the turns before' : '')),
    fact('encoder', o.asked.encoder),
    fact('tier', o.decision.tier ?? 'unknown'), // older records have none
    fact('snapshot', o.decision.snapshot || '–'),
    fact('key', o.caller.key),
    fact('session', o.caller.session || '–'),
    fact('experiment', o.caller.experiment ? `${o.caller.experiment}: ${o.caller.variant}` : '–'),
    fact('cache', o.result.cache)));
}

function replay(o) {
  const box = h('div', {});
  const run = async () => {
    try {
      const config = await get('/admin/config');
      const answers = await Promise.all(config.policies.map((p) => post('/admin/route', {text: o.content.prompt, policy: p.id})));
      show(box, h('dl', {class: 'facts'}, answers.map((a) => [h('dt', {}, a.policy), h('dd', {}, model(a.selected), ` ${a.reason}`)])));
    } catch (problem) {
      show(box, error(problem.message));
    }
  };
  return [h('p', {class: 'row'}, h('button', {type: 'button', onclick: run}, 'What would each policy do now?')), box];
}
