// Who serves, how well, and what it costs.
import {h, s, show, head, source, model, state, bar, colour, empty, narrow} from './dom.js';
import {get} from './api.js';
import {usd, span, count, percent, price} from './format.js';

let since = '24h';

export async function fleet(place, signal) {
  const pick = h('select', {'aria-label': 'Window', onchange: (e) => { since = e.target.value; load(); }}, [['1h', 'last hour'], ['24h', 'last day'], ['7d', 'last week'], ['30d', 'last month']].map(([v, t]) => h('option', {value: v, selected: v === since}, t)));
  const body = h('div', {});
  show(place, head('Fleet & cost', null, pick), body);
  async function load() {
    const path = `/admin/stats?since=${since}`;
    const [stats, backends, models, config, capacity] = await Promise.all([path, '/admin/backends', '/admin/models', '/admin/config', '/admin/capacity'].map((p) => get(p, signal)));
    const foretell = capacity.models.some((m) => !m.foretold) && h('button', {title: 'Times the kernels on this machine: a core for half a minute and more', onclick: async (e) => { e.target.disabled = true; e.target.textContent = 'Measuring …'; await get('/admin/capacity?speed=true', signal); await load(); }}, 'Foretell speeds');
    models.forEach((m) => colour(m.id));
    show(body, kpis(stats, path), h('div', {class: 'grid'}, h('div', {class: 'card'}, h('h2', {}, 'Requests over time'), series(stats)), h('div', {class: 'card'}, h('h2', {}, 'Spending by model'), spending(stats.by_model, true))),
      h('div', {class: 'grid'}, h('div', {class: 'card'}, h('h2', {}, 'Spending by policy'), spending(stats.by_policy)), h('div', {class: 'card'}, h('h2', {}, 'Spending by key'), spending(stats.by_key), budgets(config))),
      h('div', {class: 'card flush'}, h('h2', {}, 'Backends ', source('/admin/backends')), backendTable(backends)),
      h('div', {class: 'card flush'}, h('h2', {}, 'Models ', source('/admin/models')), modelTable(models, stats)),
      capacity.models.length > 0 && h('div', {class: 'card flush'}, h('h2', {}, 'Computed in this process ', source('/admin/capacity'), foretell), capacityTable(capacity)),
      h('div', {class: 'card'}, h('details', {}, h('summary', {}, 'Configuration in use (secrets hidden) ', source('/admin/config')), h('pre', {}, JSON.stringify(config, null, 2)))));
  }
  await load();
}

function kpis(stats, path) {
  const all = stats.all;
  const kpi = (value, label) => h('a', {class: 'kpi', href: path, target: '_blank', rel: 'noopener', title: `from ${path}`}, h('b', {}, value), h('span', {}, label));
  const saving = stats.saving;
  const share = saving.baseline_nano_usd ? saving.saved_nano_usd / saving.baseline_nano_usd : null;
  return h('div', {class: 'kpis'}, kpi(count(all.requests), 'requests'), kpi(all.requests ? percent(all.errors / all.requests, 1) : '–', 'failed'), kpi(all.requests ? `${span(all.p50_us)} / ${span(all.p95_us)}` : '–', 'p50 / p95'),
    kpi(`${count(all.input_tokens)} / ${count(all.output_tokens)}`, 'tokens in / out'), kpi(usd(all.cost_nano_usd), all.unpriced ? `spent (${count(all.unpriced)} without price)` : 'spent'),
    kpi(saving.saved_nano_usd === null ? '–' : `${usd(saving.saved_nano_usd)}${share === null ? '' : ` · ${percent(share)}`}`, saving.baseline ? `saved against always ${saving.baseline}` : 'saved'),
    stats.lost > 0 && kpi(count(stats.lost), 'outcomes lost'));
}

function series(stats) {
  if (!stats.all.requests) return empty('No requests in this window', 'Choose a longer one, or ask something under Try it.');
  const width = narrow() ? 330 : 480, height = 150;
  const most = Math.max(...stats.series.map((b) => b.requests), 1);
  const step = width / stats.series.length;
  const start = new Date(stats.since).getTime();
  return s('svg', {class: 'chart', viewBox: `0 0 ${width} ${height + 20}`, role: 'img', 'aria-label': `Requests over time, at most ${most} in one bar`},
    (most % 2 ? [1] : [0.5, 1]).map((share) => [s('line', {class: 'gridline', x1: 0, x2: width, y1: height - share * (height - 14), y2: height - share * (height - 14)}), s('text', {x: 0, y: height - share * (height - 14) - 3}, count(most * share))]),
    stats.series.map((b, i) => b.requests > 0 && s('g', {}, s('title', {}, `${new Date(start + i * stats.bucket_ms).toLocaleString('en-GB')}\n${b.requests} requests, ${b.errors} failed, ${usd(b.cost_nano_usd)}`),
      s('rect', {class: 'hist', x: i * step + 1, width: Math.max(1, step - 2), rx: 1.5, y: height - b.requests / most * (height - 14), height: b.requests / most * (height - 14)}),
      b.errors > 0 && s('rect', {class: 'hist bad', x: i * step + 1, width: Math.max(1, step - 2), rx: 1.5, y: height - b.errors / most * (height - 14), height: b.errors / most * (height - 14)}))),
    s('line', {class: 'axis', x1: 0, x2: width, y1: height, y2: height}),
    s('text', {x: 0, y: height + 15}, new Date(start).toLocaleString('en-GB', {dateStyle: 'short', timeStyle: 'short'})), s('text', {x: width, y: height + 15, 'text-anchor': 'end'}, 'now'));
}

function spending(groups, models) {
  const list = Object.entries(groups).sort(([, a], [, b]) => b.cost_nano_usd - a.cost_nano_usd || b.requests - a.requests).slice(0, 10);
  if (!list.length) return h('p', {class: 'muted'}, 'Nothing spent in this window.');
  const most = Math.max(...list.map(([, g]) => g.cost_nano_usd), 1);
  return h('div', {class: 'bars'}, list.map(([name, g]) => [models ? model(name) : h('span', {class: 'name'}, name === 'none' ? 'refused' : name), bar(g.cost_nano_usd / most, {colour: models ? colour(name) : undefined, label: usd(g.cost_nano_usd)}), h('span', {class: 'num small'}, usd(g.cost_nano_usd), h('span', {class: 'faint'}, ` · ${count(g.requests)} req`))]));
}

function budgets(config) {
  const capped = config.keys.filter((k) => k.budget_nano_usd !== null);
  if (!capped.length) return null;
  return [h('h2', {class: 'second'}, 'Budgets'), h('div', {class: 'bars'}, capped.map((k) => [h('span', {class: 'name'}, k.id), bar(k.spent_nano_usd / k.budget_nano_usd, {label: `${usd(k.spent_nano_usd)} of ${usd(k.budget_nano_usd)}`}), h('span', {class: 'num small'}, `${usd(k.spent_nano_usd)} of ${usd(k.budget_nano_usd)}`)]))];
}

const backendTable = (backends) => h('div', {class: 'scroll'}, h('table', {class: 'stack'}, h('thead', {}, h('tr', {}, h('th', {}, 'Backend'), h('th', {}, 'State'), h('th', {}, 'Kind'), h('th', {}, 'Where'), h('th', {}, 'Models'))),
  h('tbody', {}, backends.map((b) => h('tr', {}, h('td', {}, h('span', {class: 'name'}, b.id)), h('td', {}, state(b.state)), h('td', {}, b.kind), h('td', {class: 'mono wide'}, b.base_url || 'in this process'), h('td', {class: 'muted wide'}, b.models.join(', ')))))));

const modelTable = (models, stats) => h('div', {class: 'scroll'}, h('table', {class: 'stack'}, h('thead', {}, h('tr', {}, h('th', {}, 'Model'), h('th', {}, 'State'), h('th', {}, 'Price per million'), h('th', {class: 'r'}, 'Quality'), h('th', {class: 'r'}, 'Context'), h('th', {class: 'r'}, 'Requests'), h('th', {class: 'r'}, 'p50 / p95'), h('th', {class: 'r'}, 'Failed'))),
  h('tbody', {}, models.map((m) => {
    const g = stats.by_model[m.id];
    return h('tr', {}, h('td', {}, model(m.id), h('div', {class: 'muted small'}, m.card.description)), h('td', {}, state(m.state)), h('td', {class: 'num wide'}, price(m.price)),
      h('td', {class: 'r num', 'data-l': 'quality', title: m.calibration ? `${m.calibration.outcomes} ${m.calibration.foretold ? 'probes' : 'calibration outcomes'}` : 'declared'}, percent(m.calibration?.quality ?? m.card.quality), h('span', {class: 'faint small'}, m.calibration ? (m.calibration.foretold ? ' foretold' : ' seen') : ' declared')),
      h('td', {class: 'r num hide'}, count(m.context_tokens)), h('td', {class: 'r num', 'data-l': 'requests'}, g ? count(g.requests) : '0'), h('td', {class: 'r num', 'data-l': 'p50 / p95'}, g ? `${span(g.p50_us)} / ${span(g.p95_us)}` : '–'), h('td', {class: 'r num', 'data-l': 'failed'}, g ? percent(g.errors / g.requests, 1) : '–'));
  }))));

const bytes = (n) => n >= 1e9 ? `${(n / 1e9).toFixed(1)} GB` : n >= 1e6 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e3).toFixed(1)} kB`;

const capacityTable = (capacity) => [h('div', {class: 'scroll'}, h('table', {class: 'stack'}, h('thead', {}, h('tr', {}, h('th', {}, 'Model'), h('th', {class: 'r'}, 'Weights'), h('th', {class: 'r'}, 'Read a token'), h('th', {class: 'r'}, 'Keys and values a token'), h('th', {class: 'r'}, 'Foretold tokens/s: one answer'), h('th', {class: 'r'}, 'eight'), h('th', {class: 'r'}, 'prompt'))),
  h('tbody', {}, capacity.models.map((m) => h('tr', {}, h('td', {}, h('span', {class: 'name'}, m.model)), h('td', {class: 'r num', 'data-l': 'weights'}, bytes(m.weight_bytes)), h('td', {class: 'r num', 'data-l': 'read a token'}, bytes(m.token_read_bytes)), h('td', {class: 'r num', 'data-l': 'keys and values'}, bytes(m.kv_bytes_per_token)),
    ['one_answer', 'eight_answers', 'prompt'].map((f) => h('td', {class: 'r num', 'data-l': f.replace('_', ' '), title: m.foretold ? `one thread, after ${m.foretold.after_tokens} tokens` : 'not worked out yet'}, m.foretold ? count(m.foretold[f]) : '–'))))))),
  h('p', {class: 'muted small'}, `Keys and values now: ${bytes(capacity.kv_held_bytes)} of running answers, ${bytes(capacity.kv_kept_bytes)} kept.`, capacity.experts_resident_bytes !== undefined && ` Experts in the cache: ${bytes(capacity.experts_resident_bytes)}.`)];
