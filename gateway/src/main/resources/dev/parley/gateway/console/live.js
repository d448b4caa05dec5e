// Decisions as they happen. What was loaded stays when you come back from a decision.
import {h, show, head, empty, source, model, bar, result, colour} from './dom.js';
import {get, follow} from './api.js';
import {usd, span, count, percent, clock, protocol} from './format.js';

const MOST = 300;
const kept = {rows: [], paused: false, waiting: [], filter: ''};

export async function live(place, signal) {
  const mark = h('span', {class: 'live', role: 'status'}, 'connecting');
  const pause = h('button', {type: 'button', onclick: toggle});
  const filter = h('input', {type: 'search', placeholder: 'Filter by model, policy, key, status …', 'aria-label': 'Filter', value: kept.filter, oninput: (e) => { kept.filter = e.target.value; draw(); }});
  const kpis = h('div', {class: 'kpis'});
  const table = h('div', {class: 'card flush'});
  show(place, head('Live', 'every request, and why it went where it went', mark, filter, pause), kpis, table);

  function toggle() {
    kept.paused = !kept.paused;
    if (!kept.paused) {
      kept.rows = [...kept.waiting.reverse(), ...kept.rows].slice(0, MOST);
      kept.waiting = [];
    }
    draw();
  }

  function draw(freshId) {
    pause.textContent = kept.paused ? `Resume${kept.waiting.length ? ` (${kept.waiting.length} new)` : ''}` : 'Pause';
    pause.setAttribute('aria-pressed', kept.paused);
    const words = kept.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = kept.rows.filter((o) => words.every((word) => haystack(o).includes(word)));
    if (!kept.rows.length) {
      show(table, empty('No requests yet', 'Ask something under Try it, or point any OpenAI client here:',
        'curl http://localhost:8080/v1/chat/completions \\\n  -H "content-type: application/json" \\\n  -d \'{"model":"auto","messages":[{"role":"user","content":"What is 346 + 87?"}]}\''));
      return;
    }
    if (!rows.length) {
      show(table, empty('Nothing matches the filter', `${kept.rows.length} requests are hidden. Clear the filter to see them.`));
      return;
    }
    show(table, h('div', {class: 'scroll'}, h('table', {class: 'stack'},
      h('thead', {}, h('tr', {}, ['Time', 'Asked', 'Policy', 'Chosen', 'Predicted quality'].map((t) => h('th', {}, t)), ['Cost', 'First byte', 'Total'].map((t) => h('th', {class: 'r'}, t)), h('th', {}, 'Result'))),
      h('tbody', {}, rows.map((o) => row(o, o.id === freshId))))));
  }

  draw();
  const path = '/admin/decisions?limit=100';
  const known = await get(path, signal);
  merge(known.reverse());
  draw();
  summary(kpis, signal);
  const timer = setInterval(() => summary(kpis, signal), 5000);
  signal.addEventListener('abort', () => clearInterval(timer));
  follow('/admin/stream', signal, (name, data) => {
    if (name !== 'outcome') return;
    const outcome = JSON.parse(data);
    if (kept.paused) kept.waiting.push(outcome);
    else merge([outcome]);
    draw(outcome.id);
  }, (on) => {
    mark.className = on ? 'live on' : 'live';
    mark.textContent = on ? 'live' : 'reconnecting';
  });
}

function merge(outcomes) {
  const seen = new Set(kept.rows.map((o) => o.id));
  for (const o of outcomes) if (!seen.has(o.id)) kept.rows.unshift(o);
  kept.rows.sort((a, b) => b.at.localeCompare(a.at));
  kept.rows.length = Math.min(kept.rows.length, MOST);
}

const haystack = (o) => [o.decision.selected, o.decision.policy, o.asked.model, o.asked.protocol, o.caller.key, o.result.status, o.result.finish, o.content?.prompt, o.id].join(' ').toLowerCase();

function row(o, fresh) {
  const chosen = o.decision.candidates.find((c) => c.model === o.decision.selected);
  const others = o.decision.candidates.filter((c) => c !== chosen).map((c) => c.quality);
  const go = () => { location.hash = `#/decision/${encodeURIComponent(o.id)}`; };
  const chain = o.calls.slice(0, -1).filter((c) => c.status !== 'ok').map((c) => c.model);
  return h('tr', {class: `go${fresh ? ' fresh' : ''}`, onclick: (e) => { if (!e.target.closest('a')) go(); }},
    h('td', {class: 'num'}, h('a', {href: `#/decision/${encodeURIComponent(o.id)}`}, clock(o.at))),
    h('td', {class: 'hide'}, o.content?.prompt ? excerpt(o.content.prompt) : h('span', {}, o.asked.model, h('span', {class: 'faint small'}, ` · ${protocol(o.asked.protocol)}${o.asked.stream ? ', stream' : ''}`))),
    h('td', {}, o.decision.policy !== 'none' && h('span', {class: 'badge accent'}, o.decision.policy), o.caller.variant && h('span', {class: 'badge', title: `experiment ${o.caller.experiment}`}, o.caller.variant), o.result.cache === 'hit' && h('span', {class: 'badge good'}, 'cache')),
    h('td', {}, model(o.decision.selected), chain.length > 0 && h('span', {class: 'badge warn', title: `tried before: ${chain.join(', ')}`}, `after ${chain.length} failed`)),
    h('td', {class: 'hide'}, chosen ? bar(chosen.quality, {colour: colour(chosen.model), ticks: others, label: `${percent(chosen.quality)} predicted; other candidates as marks`}) : h('span', {class: 'faint'}, o.decision.router === 'direct' ? 'named by the client' : 'nothing predicted')),
    h('td', {class: 'r num', 'data-l': 'cost'}, usd(o.cost_nano_usd)),
    h('td', {class: 'r num hide'}, o.timings.first_byte_us ? span(o.timings.first_byte_us) : '–'),
    h('td', {class: 'r num', 'data-l': 'in'}, span(o.timings.total_us)),
    h('td', {}, result(o.result.status, o.result.finish)));
}

const excerpt = (text) => h('span', {title: text}, text.length > 60 ? `${text.slice(0, 60)}…` : text);

async function summary(place, signal) {
  const path = '/admin/stats?since=1h';
  const stats = await get(path, signal).catch(() => null);
  if (!stats) return;
  const all = stats.all;
  const kpi = (value, label) => h('a', {class: 'kpi', href: path, target: '_blank', rel: 'noopener', title: `from ${path}`}, h('b', {}, value), h('span', {}, label));
  show(place,
    kpi(count(all.requests), 'requests, last hour'),
    kpi(all.requests ? percent(all.errors / all.requests, 1) : '–', 'failed'),
    kpi(all.requests ? span(all.p50_us) : '–', 'median time'),
    kpi(all.requests ? span(all.p95_us) : '–', '95th percentile'),
    kpi(usd(all.cost_nano_usd), 'spent'),
    kpi(stats.saving.saved_nano_usd === null ? '–' : usd(stats.saving.saved_nano_usd), stats.saving.baseline ? `saved against ${stats.saving.baseline}` : 'saved'));
}
