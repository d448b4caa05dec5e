// Tasks on the left, query anchors between, models on the right. Width: outcomes. Colour: quality.
import {h, s, show, head, empty, source, colour, narrow} from './dom.js';
import {get} from './api.js';
import {count, percent} from './format.js';

export async function graph(place, signal) {
  const {nodes, edges, worth} = await get('/admin/graph', signal);
  const card = h('div', {class: 'card'});
  const detail = h('div', {class: 'card'});
  show(place, head('Graph', 'tasks, what questions look like, and who answers them well', source('/admin/graph')), card, detail);
  if (!nodes.length) {
    show(card, empty('No routing graph is loaded', 'Models are routed by their declared cards until outcomes are known. Calibrate once to get one; then set routing.graph.'));
    detail.remove();
    return;
  }
  draw(nodes, edges, card, detail);
  if (worth) card.before(h('p', {class: worth.shown ? 'muted' : 'warning'}, worth.words));
}

function draw(nodes, edges, card, detail) {
  const kinds = ['task', 'anchor', 'model'];
  const byId = new Map(nodes.map((n) => [n.id, n]));
  const columns = kinds.map((kind) => nodes.filter((n) => n.kind === kind));
  columns[2].forEach((n) => colour(n.label));
  order(columns, edges);
  const small = narrow();
  const width = small ? 380 : 960;
  const tallest = Math.max(columns[0].length * (columns[0].length > 12 ? 19 : 46), columns[2].length * 46, Math.min(columns[1].length * 14, 600), 240);
  const height = tallest + 30;
  const xs = small ? [66, 180, 268] : [150, width / 2, width - 190];
  columns.forEach((column, c) => column.forEach((n, i) => {
    n.x = xs[c] + (c === 1 && column.length > 24 ? ((i % 3) - 1) * (small ? 22 : 42) : 0);
    n.y = 24 + (i + 0.5) * tallest / column.length;
  }));
  const heaviest = Math.max(...edges.map((e) => e.weight || 0), 1);
  // Where there are anchors, edges past them would only hide what they say.
  const through = columns[1].length > 0;
  const drawn = edges.filter((e) => byId.has(e.from) && byId.has(e.to) && (!through || byId.get(e.from).kind === 'anchor' || byId.get(e.to).kind === 'anchor')).sort((a, b) => (a.quality ?? 0) - (b.quality ?? 0)).map((e) => {
    const a = byId.get(e.from), b = byId.get(e.to);
    const mid = (a.x + b.x) / 2;
    const scored = e.quality !== null && e.quality !== undefined;
    return {e, node: s('path', {class: 'edge', d: `M${a.x},${a.y}C${mid},${a.y} ${mid},${b.y} ${b.x},${b.y}`,
      stroke: scored ? tone(e.quality) : 'var(--faint)', 'stroke-width': 0.8 + 4 * Math.sqrt((e.weight || 0) / heaviest) * (scored ? Math.max(e.quality, 0.15) : 0.5),
      'stroke-opacity': scored ? 0.12 + 0.6 * e.quality : 0.35})};
  });
  const most = Math.max(...nodes.map((n) => n.weight || 0), 1);
  const shapes = nodes.map((n) => ({n, node: shape(n, most, columns[0].length > 12)}));
  const focus = (n) => {
    const near = new Set(n ? [n.id] : []);
    drawn.forEach(({e, node}) => {
      const touches = !n || e.from === n.id || e.to === n.id;
      node.classList.toggle('dim', !touches);
      if (n && touches) { near.add(e.from); near.add(e.to); }
    });
    shapes.forEach(({n: other, node}) => node.classList.toggle('dim', Boolean(n) && !near.has(other.id)));
  };
  let chosen = null;
  shapes.forEach(({n, node}) => {
    node.addEventListener('mouseenter', () => focus(n));
    node.addEventListener('mouseleave', () => focus(chosen));
    node.addEventListener('focus', () => focus(n));
    node.addEventListener('blur', () => focus(chosen));
    const choose = () => { chosen = chosen === n ? null : n; focus(chosen); describe(detail, chosen, edges, byId); };
    node.addEventListener('click', choose);
    node.addEventListener('keydown', (e) => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); choose(); } });
  });
  show(card, h('div', {class: 'scroll'}, s('svg', {class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': 'Routing graph'},
    ['Tasks', 'Query anchors', 'Models'].map((t, i) => s('text', {x: xs[i], y: 12, 'text-anchor': 'middle'}, `${t} (${columns[i].length})`)),
    drawn.map((d) => d.node), shapes.map((d) => d.node))),
    h('div', {class: 'legend'}, [0, 0.5, 1].map((q) => h('span', {}, h('i', {class: 'dot', '--c': tone(q)}), `quality ${percent(q)}`)), h('span', {}, 'width: outcomes'), nodes.some((n) => n.newcomer) && h('span', {}, 'dashed: a newcomer, known by a few probes'), h('span', {}, 'select a node to see its edges')));
  describe(detail, null, edges, byId);
}

/** Neighbours near each other: anchors by the mean place of their tasks. */
function order(columns, edges) {
  columns[0].sort((a, b) => a.label.localeCompare(b.label));
  columns[2].sort((a, b) => a.label.localeCompare(b.label));
  const rank = new Map(columns[0].map((n, i) => [n.id, i]));
  const mean = (n) => {
    let sum = 0, weight = 0;
    for (const e of edges) {
      const other = e.from === n.id ? e.to : e.to === n.id ? e.from : null;
      if (other !== null && rank.has(other)) { sum += rank.get(other) * (e.weight || 1); weight += e.weight || 1; }
    }
    return weight ? sum / weight : 1e9;
  };
  const means = new Map(columns[1].map((n) => [n.id, mean(n)]));
  columns[1].sort((a, b) => means.get(a.id) - means.get(b.id));
}

const tone = (quality) => `color-mix(in oklab, var(--good) ${Math.round(quality * 100)}%, var(--bad))`;

function shape(n, most, crowded) {
  const size = n.kind === 'anchor' ? 4 + 3 * Math.sqrt((n.weight || 0) / most) : n.kind === 'task' && crowded ? 6 : 9 + 5 * Math.sqrt((n.weight || 0) / most);
  const fill = n.kind === 'model' ? colour(n.label) : n.kind === 'task' ? 'var(--accent)' : 'var(--muted)';
  const name = `${n.newcomer ? 'newcomer' : n.kind}: ${n.label}${n.newcomer ? `, ${n.newcomer.probes} probes` : ''}`;
  return s('g', {class: 'node', tabindex: 0, role: 'button', 'aria-label': name}, s('title', {}, name),
    n.kind === 'task' ? s('rect', {x: n.x - size, y: n.y - size, width: 2 * size, height: 2 * size, rx: 4, fill}) : s('circle', {cx: n.x, cy: n.y, r: size, fill, class: n.newcomer && 'newcomer'}),
    n.kind === 'task' && s('text', {class: 'strong', x: n.x - size - 8, y: n.y + 4, 'text-anchor': 'end'}, n.label),
    n.kind === 'model' && s('text', {class: 'strong', x: n.x + size + 8, y: n.y + 4}, n.label),
    n.newcomer && s('text', {x: n.x + size + 8, y: n.y + 18}, `${count(n.newcomer.probes)} probes ± ${percent(n.newcomer.uncertainty)}`));
}

function describe(place, n, edges, byId) {
  if (!n) {
    show(place, h('p', {class: 'muted'}, 'Select a task to see who is good at it, an anchor to see the questions it stands for, a model to see where it shines.'));
    return;
  }
  if (n.newcomer) {
    show(place, h('h2', {}, `newcomer: ${n.label}`), h('p', {}, `Joined with ${count(n.newcomer.probes)} probes, so its quality is predicted by how the graph's own models fare, give or take ${percent(n.newcomer.uncertainty)} where it is least sure. It has no outcomes of its own in the graph, and no edges.`));
    return;
  }
  const near = edges.filter((e) => e.from === n.id || e.to === n.id).map((e) => ({e, other: byId.get(e.from === n.id ? e.to : e.from)})).filter((x) => x.other)
    .sort((a, b) => (b.e.quality ?? -1) - (a.e.quality ?? -1) || (b.e.weight || 0) - (a.e.weight || 0)).slice(0, 24);
  show(place, h('h2', {}, `${n.kind}: ${n.label}`), h('div', {class: 'scroll'}, h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, 'Neighbour'), h('th', {}, 'Kind'), h('th', {class: 'r'}, 'Quality'), h('th', {class: 'r'}, 'Weight'))),
    h('tbody', {}, near.map(({e, other}) => h('tr', {}, h('td', {}, other.label), h('td', {class: 'muted'}, other.kind), h('td', {class: 'r num'}, percent(e.quality)), h('td', {class: 'r num'}, count(e.weight))))))));
}
