// Cost (log) against quality: models by what is known of them, policies by what they did.
import {h, s, show, head, empty, source, model, colour, narrow} from './dom.js';
import {get} from './api.js';
import {usd, percent, count} from './format.js';

const ASSUMED_INPUT = 200;

export async function pareto(place, signal) {
  const [models, stats] = await Promise.all([get('/admin/models', signal), get('/admin/stats?since=7d', signal)]);
  const chat = models.filter((m) => m.capabilities.includes('chat'));
  const tasks = [...new Set(chat.flatMap((m) => Object.keys({...m.card.quality_by_task, ...m.calibration?.quality_by_task})))].sort();
  const pick = h('select', {'aria-label': 'Task', onchange: draw}, h('option', {value: ''}, 'all tasks'), tasks.map((t) => h('option', {value: t}, t)));
  const chart = h('div', {class: 'card'});
  const table = h('div', {class: 'card flush'});
  show(place, head('Pareto', 'what a point of quality costs', pick, source('/admin/models'), source('/admin/stats?since=7d')), chart, table);
  for (const m of chat) colour(m.id);
  draw();

  function draw() {
    const points = chat.map((m) => point(m, stats, pick.value)).filter((p) => p.cost !== null);
    const policies = pick.value ? [] : Object.entries(stats.by_policy).filter(([id, g]) => id !== 'direct' && g.predicted_quality !== undefined && g.requests > g.unpriced)
      .map(([id, g]) => ({id, policy: true, cost: g.cost_nano_usd / (g.requests - g.unpriced), quality: g.predicted_quality, n: g.requests, from: `${count(g.requests)} requests`}));
    if (!points.length) {
      show(chart, empty('No model has a price', 'Give models a price in the configuration to see what quality costs.', 'price: {input: 0.15, output: 0.60}   # USD per million tokens'));
      show(table);
      return;
    }
    show(chart, plot(points, policies), legend(policies.length));
    show(table, rows([...points, ...policies]));
  }
}

function point(m, stats, task) {
  const seen = stats.by_model[m.id];
  const priced = seen ? seen.requests - seen.unpriced : 0;
  const observed = priced > 0;
  const estimate = m.price === null ? null : (ASSUMED_INPUT * m.price.input + m.card.output_tokens * m.price.output) * 1000;
  const known = task ? m.calibration?.quality_by_task?.[task] : m.calibration?.quality;
  const declared = task ? m.card.quality_by_task[task] ?? m.card.quality : m.card.quality;
  const thumb = stats.feedback[m.id]?.thumb;
  return {
    id: m.id, cost: observed ? seen.cost_nano_usd / priced : estimate, quality: known ?? declared, n: m.calibration?.outcomes || 0,
    thumb, from: `${known === undefined || known === null ? 'declared quality' : `${m.calibration.foretold ? 'foretold from ' : ''}${count(m.calibration.outcomes)} ${m.calibration.foretold ? 'probes' : 'calibration outcomes'}`}, ${observed ? `cost of ${count(priced)} requests` : 'cost from price'}`,
  };
}

function plot(points, policies) {
  const width = narrow() ? 400 : 1180, height = 430, left = 52, right = 24, top = 16, bottom = 46;
  const all = [...points, ...policies];
  const costs = all.map((p) => Math.max(p.cost, 1));
  let low = Math.floor(Math.log10(Math.min(...costs)) * 2) / 2;
  let high = Math.ceil(Math.log10(Math.max(...costs)) * 2) / 2;
  if (high - low < 0.6) { low -= 0.25; high += 0.25; }
  const x = (cost) => left + (Math.log10(Math.max(cost, 1)) - low) / (high - low) * (width - left - right);
  const y = (quality) => top + (1 - quality) * (height - top - bottom);
  const ticks = [];
  const steps = high - low <= 2 ? [1, 2, 5] : [1];
  for (let e = Math.floor(low); e <= high; e++) for (const m of steps) if (m * 10 ** e >= 10 ** low && m * 10 ** e <= 10 ** high) ticks.push(m * 10 ** e);
  const frontier = hull(points);
  const labels = place(all, x, y);
  return s('svg', {class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'Scatter of cost per request against quality'},
    [0, 0.25, 0.5, 0.75, 1].map((q) => [s('line', {class: 'gridline', x1: left, x2: width - right, y1: y(q), y2: y(q)}), s('text', {x: left - 10, y: y(q) + 4, 'text-anchor': 'end'}, percent(q))]),
    ticks.map((c) => [s('line', {class: 'gridline', x1: x(c), x2: x(c), y1: top, y2: height - bottom}), s('text', {x: x(c), y: height - bottom + 18, 'text-anchor': 'middle'}, usd(c))]),
    s('text', {x: width - right, y: height - 6, 'text-anchor': 'end'}, 'cost of a request (log) →'),
    frontier.length > 1 && s('path', {class: 'frontier', d: frontier.map((p, i) => `${i ? 'L' : 'M'}${x(p.cost)},${y(p.quality)}`).join('')}),
    labels.filter(({py, ly}) => ly - py > 6).map(({px, py, ly}) => s('line', {class: 'leader', x1: px, y1: py, x2: px > width - 170 ? px - 11 : px + 11, y2: ly})),
    labels.map(({p, px, ly}) => s('text', {class: 'strong', x: px > width - 170 ? px - 14 : px + 14, y: ly + 4, 'text-anchor': px > width - 170 ? 'end' : 'start'}, p.policy ? `auto:${p.id}` : p.id)),
    labels.map(({p, px, py}) => s('g', {tabindex: 0, role: 'img', 'aria-label': `${p.id}: ${percent(p.quality, 1)} at ${usd(p.cost)}`},
      s('title', {}, `${p.id}\n${percent(p.quality, 1)} at ${usd(p.cost)}\n${p.from}`),
      p.policy ? s('rect', {class: 'mark', x: px - 7, y: py - 7, width: 14, height: 14, rx: 2, transform: `rotate(45 ${px} ${py})`, fill: 'var(--text)'})
        : s('circle', {class: 'mark', cx: px, cy: py, r: 8, fill: colour(p.id)}))));
}

/** Pushes labels apart that would lie on each other or on a mark to their right. */
function place(points, x, y) {
  const placed = [];
  for (const p of [...points].sort((a, b) => b.quality - a.quality)) {
    const px = x(p.cost), py = y(p.quality);
    let ly = py;
    const taken = () => placed.some((o) => Math.abs(o.px - px) < 130 && Math.abs(o.ly - ly) < 15)
      || points.some((o) => o !== p && x(o.cost) > px && x(o.cost) < px + 110 && Math.abs(y(o.quality) - ly) < 14);
    for (let tries = 0; taken() && tries < 30; tries++) ly += 15;
    placed.push({p, px, py, ly});
  }
  return placed;
}

function hull(points) {
  const kept = [];
  for (const p of [...points].sort((a, b) => a.cost - b.cost || b.quality - a.quality)) {
    if (!kept.length || p.quality > kept[kept.length - 1].quality) kept.push(p);
  }
  return kept;
}

const legend = (policies) => h('div', {class: 'legend'}, h('span', {}, h('i', {class: 'dot', '--c': 'var(--c0)'}), 'model: quality from calibration or probes, else declared'),
  policies > 0 && h('span', {}, '◆ policy: mean of its choices'), h('span', {}, '- - what no single model beats'),
  h('span', {}, `cost: mean of real requests, else price at ${ASSUMED_INPUT} tokens in`));

function rows(points) {
  return h('div', {class: 'scroll'}, h('table', {class: 'stack'}, h('thead', {}, h('tr', {}, h('th', {}, 'Model or policy'), h('th', {class: 'r'}, 'Quality'), h('th', {class: 'r'}, 'Cost of a request'), h('th', {class: 'r'}, 'Liked'), h('th', {}, 'From'))),
    h('tbody', {}, [...points].sort((a, b) => b.quality - a.quality).map((p) => h('tr', {}, h('td', {}, p.policy ? h('span', {class: 'name'}, `◆ auto:${p.id}`) : model(p.id)), h('td', {class: 'r num', 'data-l': 'quality'}, percent(p.quality, 1)), h('td', {class: 'r num', 'data-l': 'cost'}, usd(p.cost)), h('td', {class: 'r num hide'}, p.thumb ? `${percent(p.thumb.mean)} of ${count(p.thumb.count)}` : '–'), h('td', {class: 'muted wide'}, p.from))))));
}
