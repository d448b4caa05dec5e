// Small builders: h() makes HTML, s() makes SVG. Text is always text, never markup.
const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name.startsWith('--')) node.style.setProperty(name, value);
    else if (name === 'value') node.value = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export function show(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

export function head(title, sub, ...tools) {
  return h('div', {class: 'head'}, h('h1', {}, title), sub && h('span', {class: 'sub'}, sub), h('span', {class: 'spring'}), tools);
}

export function empty(title, text, code) {
  return h('div', {class: 'empty'}, h('b', {}, title), text, code && h('pre', {}, code));
}

/** Drawings scale with the screen, letters must not: small screens get smaller drawings. */
export const narrow = () => matchMedia('(max-width: 760px)').matches;

export const error = (message) => h('div', {class: 'error', role: 'alert'}, message);

/** Every number names the call that gives it. */
export const source = (path) => h('a', {class: 'source', href: path, target: '_blank', rel: 'noopener'}, path);

const palette = new Map();
/** The same colour for a name on all screens. */
export function colour(name) {
  if (!palette.has(name)) palette.set(name, `var(--c${palette.size % 8})`);
  return palette.get(name);
}
export const model = (name) => name === 'none' ? h('span', {class: 'muted'}, 'refused') : h('span', {class: 'name'}, h('i', {class: 'dot', '--c': colour(name)}), name);

export function bar(share, options = {}) {
  const width = `${Math.max(0, Math.min(1, share || 0)) * 100}%`;
  return h('div', {class: 'bar', role: 'img', 'aria-label': options.label, title: options.label},
    h('i', {'--w': width, '--c': options.colour}),
    (options.ticks || []).map((x) => h('u', {'--x': `${Math.max(0, Math.min(1, x)) * 100}%`})));
}

export function result(status, finish) {
  const kind = status >= 500 ? 'bad' : status >= 400 ? 'warn' : finish === 'CANCELLED' ? '' : 'good';
  return h('span', {class: `badge ${kind}`, title: `HTTP ${status}`}, status >= 400 ? `${status} ${finish}`.trim() : (finish || String(status)).toLowerCase().replaceAll('_', ' '));
}

export function state(name) {
  return h('span', {class: `badge ${{up: 'good', degraded: 'warn', down: 'bad'}[name] || ''}`}, name);
}
