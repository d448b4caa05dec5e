// A/B tests of policies: means per variant, and effects with bounds that stay true however often you look.
import {h, s, show, head, empty, source} from './dom.js';
import {get} from './api.js';
import {usd, span, count, percent} from './format.js';

export async function experiments(place, signal) {
  const [reports, config] = await Promise.all([get('/admin/experiments', signal), get('/admin/config', signal)]);
  show(place, head('Experiments', 'policies against each other, by whole sessions', source('/admin/experiments')),
    config.experiments.length ? config.experiments.map((e) => card(e, reports.find((r) => r.id === e.id)))
      : h('div', {class: 'card'}, empty('No experiment is configured', 'Compare two policies on real traffic by adding one to the configuration:',
        'experiments:\n  - id: cheap-or-balanced\n    unit: session\n    coverage: 0.5\n    variants:\n      - {id: control, weight: 0.5, policy: balanced}\n      - {id: cheaper, weight: 0.5, policy: cheap}')));
}

const write = (metric, value) => value === null || value === undefined ? '–' : metric === 'cost_nano_usd' ? usd(value) : metric === 'latency_us' ? span(Math.abs(value)).replace(/^/, value < 0 ? '−' : '') : metric === 'errors' ? percent(value, 2) : count(value);
const title = (metric) => ({cost_nano_usd: 'cost per request', latency_us: 'time per request', errors: 'share failed'})[metric] || metric.replace('feedback:', 'feedback ');

function card(spec, report) {
  const arms = report?.arms || [];
  const metrics = [...new Set(arms.map((a) => a.metric))];
  const broken = report && report.sample_ratio_p !== null && report.sample_ratio_p < 0.001;
  return h('div', {class: 'card flush'}, h('h2', {}, spec.id, ' ', h('span', {class: 'badge'}, `${percent(spec.coverage)} of ${spec.unit}s`), ' ',
    broken && h('span', {class: 'badge bad', title: 'The arms do not have the sizes their weights promise: assignment or logging is broken'}, `sample ratio broken (p = ${report.sample_ratio_p.toExponential(1)})`)),
    !arms.length ? empty('Nobody has taken part yet', `Requests need a ${spec.unit} to be assigned: send x-gateway-session or the user field.`)
      : h('div', {class: 'scroll'}, h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, 'Metric'), spec.variants.map((v) => h('th', {class: 'r'}, `${v.id} (${v.policy})`)), h('th', {}, 'Effect against the first, 95 % always valid'))),
        h('tbody', {}, metrics.map((metric) => h('tr', {}, h('td', {}, title(metric)),
          spec.variants.map((v) => { const a = arms.find((x) => x.variant === v.id && x.metric === metric); return h('td', {class: 'r num'}, a ? write(metric, a.mean) : '–', a && h('div', {class: 'faint small'}, `${count(a.units)} units, ${count(a.requests)} req`)); }),
          h('td', {}, report.effects.filter((e) => e.metric === metric).map((e) => effect(e, metric)))))))));
}

function effect(e, metric) {
  if (e.low === null || e.high === null) return h('div', {class: 'muted small'}, `${e.variant}: ${write(metric, e.difference)}, too few units for bounds`);
  const width = 220;
  const reach = Math.max(Math.abs(e.low), Math.abs(e.high), 1e-12) * 1.1;
  const x = (value) => width / 2 + value / reach * width / 2;
  const sure = e.low > 0 || e.high < 0;
  return h('div', {}, s('svg', {viewBox: `0 0 ${width} 22`, width, height: 22, role: 'img', 'aria-label': `${e.variant}: ${write(metric, e.difference)}, between ${write(metric, e.low)} and ${write(metric, e.high)}`},
    s('line', {class: 'gridline', x1: width / 2, x2: width / 2, y1: 0, y2: 22}), s('line', {class: 'whisker', x1: x(e.low), x2: x(e.high), y1: 11, y2: 11}), s('circle', {cx: x(e.difference), cy: 11, r: 5, fill: sure ? 'var(--accent)' : 'var(--faint)'})),
    h('div', {class: 'small muted'}, `${e.variant}: ${write(metric, e.difference)} [${write(metric, e.low)}, ${write(metric, e.high)}]${sure ? '' : ' · not decided'}`));
}
