// One prompt, up to four answers side by side, streamed together.
import {h, show, head, error, model} from './dom.js';
import {get, post, tryChat, events} from './api.js';
import {usd, span, count} from './format.js';
import {candidates} from './decision.js';

const kept = {prompt: '', targets: ['auto'], answers: []};
const SAMPLES = ['What is 346 + 87?', 'Reverse the word gateway', 'What is the capital of Peru?', 'How are you today?'];

export async function tryIt(place, signal) {
  const [models, config] = await Promise.all([get('/admin/models', signal), get('/admin/config', signal)]);
  const choices = ['auto', ...config.policies.map((p) => `auto:${p.id}`), ...models.filter((m) => m.capabilities.includes('chat')).map((m) => m.id)];
  const prompt = h('textarea', {placeholder: 'Ask something. Enter sends, Shift+Enter makes a new line.', 'aria-label': 'Prompt', rows: 3, value: kept.prompt,
    oninput: (e) => { kept.prompt = e.target.value; },
    onkeydown: (e) => { if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); send(); } }});
  const columns = h('div', {class: 'cols'});
  const why = h('div', {class: 'gap'});
  const problem = h('div', {});
  const more = h('button', {type: 'button', onclick: () => { kept.targets.push(choices[Math.min(kept.targets.length, choices.length - 1)]); draw(); }}, 'Compare with another');
  show(place, head('Try it', 'the answer, and what the router thought of the question'),
    h('div', {class: 'card'}, prompt,
      h('div', {class: 'row'}, SAMPLES.map((text) => h('button', {type: 'button', class: 'quiet small', onclick: () => { prompt.value = kept.prompt = text; send(); }}, text)),
        h('span', {class: 'spring'}), h('button', {type: 'button', onclick: explain}, 'Only route it'), h('button', {type: 'button', class: 'primary', onclick: send}, 'Send'))),
    problem, why, columns, h('p', {}, more));

  let cards = [];
  function draw() {
    more.disabled = kept.targets.length >= 4;
    cards = kept.targets.map((target, i) => card(target, i));
    show(columns, cards.map((c) => c.box));
  }

  function card(target, i) {
    const answer = h('div', {class: 'answer', 'aria-live': 'polite'}, h('span', {class: 'faint'}, 'The answer appears here.'));
    const line = h('div', {class: 'statline'}, h('span', {}, '\u00a0'));
    const select = h('select', {'aria-label': `Model or policy of answer ${i + 1}`, onchange: (e) => { kept.targets[i] = e.target.value; }}, choices.map((c) => h('option', {value: c, selected: c === target}, c)));
    const close = h('button', {type: 'button', class: 'quiet', 'aria-label': 'Remove this answer', onclick: () => { kept.targets.splice(i, 1); draw(); }}, '✕');
    return {box: h('div', {class: 'card col'}, h('div', {class: 'row'}, select, kept.targets.length > 1 && close), answer, line), answer, line, target: () => kept.targets[i]};
  }

  async function send() {
    if (!kept.prompt.trim()) { prompt.focus(); return; }
    show(problem);
    explain();
    await Promise.all(cards.map((c) => ask(c, kept.prompt, signal)));
  }

  async function explain() {
    if (!kept.prompt.trim()) { prompt.focus(); return; }
    try {
      const wanted = kept.targets.find((t) => t.startsWith('auto:')) || 'auto:';
      const routed = await post('/admin/route', {text: kept.prompt, policy: wanted.slice(5)});
      show(why, h('div', {class: 'card flush'}, h('h2', {}, 'Routing ', h('span', {class: 'badge accent'}, routed.policy), h('span', {class: 'badge'}, routed.encoder), h('span', {class: 'badge'}, span(routed.us))), h('p', {class: 'inset muted'}, routed.reason), candidates(routed)));
    } catch (broken) {
      show(why, error(broken.message));
    }
  }
  draw();
  prompt.focus();
}

async function ask(card, prompt, signal) {
  const began = performance.now();
  let first = 0;
  let tokens = 0;
  let text = '';
  let usage = null;
  show(card.answer);
  card.answer.classList.add('wait');
  show(card.line, h('span', {}, 'waiting'));
  try {
    const response = await tryChat({model: card.target(), stream: true, stream_options: {include_usage: true}, messages: [{role: 'user', content: prompt}]}, signal);
    if (!response.ok) {
      const body = await response.json().catch(() => null);
      throw new Error(body?.error?.message || `the gateway answered ${response.status}`);
    }
    let failure = '';
    await events(response, (name, data) => {
      if (data === '[DONE]') return;
      const chunk = JSON.parse(data);
      if (chunk.error) failure = chunk.error.message || 'the stream failed';
      usage = chunk.usage || usage;
      const piece = chunk.choices?.[0]?.delta?.content || '';
      if (piece) {
        first = first || performance.now();
        tokens += 1;
        text += piece;
        card.answer.textContent = text;
      }
    });
    if (failure) throw new Error(failure);
    await after(card, response.headers, {began, first, tokens: usage?.completion_tokens ?? tokens});
  } catch (broken) {
    if (!signal.aborted) show(card.line, h('span', {class: 'badge bad'}, broken.message));
  } finally {
    card.answer.classList.remove('wait');
    if (!text) show(card.answer, h('span', {class: 'faint'}, 'No text came back.'));
  }
}

async function after(card, headers, run) {
  const ended = performance.now();
  const id = headers.get('x-gateway-decision-id');
  const speed = run.first && ended > run.first ? run.tokens / ((ended - run.first) / 1000) : 0;
  const parts = [
    model(headers.get('x-gateway-model') || card.target()),
    run.first > 0 && h('span', {}, `first ${span((run.first - run.began) * 1000)}`),
    h('span', {}, `total ${span((ended - run.began) * 1000)}`),
    h('span', {}, `${count(run.tokens)} tokens${speed && run.tokens > 2 ? `, ${count(Math.round(speed))}/s` : ''}`),
  ];
  show(card.line, parts);
  if (!id) return;
  const said = h('span', {});
  const vote = (value) => async () => {
    try { await post('/admin/feedback', {decision_id: id, metric: 'thumb', value}); said.textContent = 'recorded'; } catch (broken) { said.textContent = broken.message; }
  };
  const outcome = await get(`/admin/decisions/${encodeURIComponent(id)}`).catch(() => null);
  show(card.line, parts, outcome && h('span', {}, usd(outcome.cost_nano_usd)), h('a', {href: `#/decision/${encodeURIComponent(id)}`}, 'why?'),
    h('button', {type: 'button', class: 'quiet small', title: 'Good answer', 'aria-label': 'Good answer', onclick: vote(1)}, '▲'), h('button', {type: 'button', class: 'quiet small', title: 'Bad answer', 'aria-label': 'Bad answer', onclick: vote(0)}, '▼'), said);
}
