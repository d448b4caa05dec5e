// Hash routes: #/live, #/decision/ID, #/try, #/pareto, #/graph, #/fleet, #/experiments.
import {h, show, error, colour} from './dom.js';
import {askForKeys, get} from './api.js';
import {live} from './live.js';
import {decision} from './decision.js';
import {tryIt} from './try.js';
import {pareto} from './pareto.js';
import {graph} from './graph.js';
import {fleet} from './fleet.js';
import {experiments} from './experiments.js';

const screens = [
  ['live', 'Live', live],
  ['try', 'Try it', tryIt],
  ['pareto', 'Pareto', pareto],
  ['graph', 'Graph', graph],
  ['experiments', 'Experiments', experiments],
  ['fleet', 'Fleet & cost', fleet],
];
const hidden = [['decision', 'Decision', decision]];

const root = document.getElementById('screen');
let leaving = new AbortController();

async function open() {
  const [name = 'live', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const found = [...screens, ...hidden].find(([id]) => id === name) || screens[0];
  leaving.abort();
  leaving = new AbortController();
  const signal = leaving.signal;
  document.title = `${found[1]} · Parley`;
  for (const link of document.querySelectorAll('#nav a')) {
    const here = link.getAttribute('href') === `#/${found[0] === 'decision' ? 'live' : found[0]}`;
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    if (here) link.scrollIntoView({inline: 'nearest', block: 'nearest'});
  }
  const place = h('div', {});
  show(root, place);
  try {
    await found[2](place, signal, decodeURIComponent(rest.join('/')));
  } catch (problem) {
    if (!signal.aborted) place.prepend(error(problem.message));
  }
}

function theme(next) {
  document.documentElement.dataset.theme = next;
  localStorage.setItem('parley-theme', next);
}
const preferred = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
theme(new URLSearchParams(location.search).get('theme') || localStorage.getItem('parley-theme') || preferred);

show(document.getElementById('nav'), screens.map(([id, title]) => h('a', {href: `#/${id}`}, title)));
document.getElementById('theme').addEventListener('click', () =>
  theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'));
document.getElementById('key').addEventListener('click', askForKeys);
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  root.focus();
});

// A model has the same colour on every screen: that of its place in the configuration.
try {
  for (const {id} of await get('/admin/models')) colour(id);
} catch {
  // The screen itself tells what is wrong.
}
window.addEventListener('hashchange', open);
open();
