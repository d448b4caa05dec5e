import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ollama } from 'ollama';
import { all, gateway, key, question, right, scripted } from './backends.mjs';

const client = new Ollama({ host: gateway, headers: { authorization: `Bearer ${key}` } });
const messages = [{ role: 'user', content: question }];
const tools = [{
  type: 'function',
  function: {
    name: 'get_weather', description: 'Weather of a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}];

for (const model of [...all, 'auto']) {
  test(`ollama chat: ${model}`, async () => {
    const answer = await client.chat({ model, messages, options: { temperature: 0 } });
    assert.match(answer.message.content, right);
    assert.equal(answer.done_reason, 'stop');
    assert.ok(answer.eval_count > 0);
    let text = '';
    let last;
    for await (const part of await client.chat({ model, messages, stream: true, options: { temperature: 0 } })) {
      text += part.message.content;
      last = part;
    }
    assert.match(text, right);
    assert.equal(last.done, true);
  });

  test(`ollama generate: ${model}`, async () => {
    const answer = await client.generate({ model, prompt: question, options: { temperature: 0 } });
    assert.match(answer.response, right);
  });
}

for (const model of scripted) {
  test(`ollama tools: ${model}`, async () => {
    const answer = await client.chat({ model, messages: [{ role: 'user', content: 'What is the weather in Lima?' }], tools });
    assert.deepEqual(answer.message.tool_calls[0].function.arguments, { city: 'Lima' });
  });
}

test('ollama: a request without words loads the model', async () => {
  assert.equal((await client.generate({ model: 'parley-text', prompt: '' })).done_reason, 'load');
  assert.equal((await client.chat({ model: 'auto', messages: [] })).done_reason, 'load');
});

test('ollama list, show, embed, errors', async () => {
  const names = (await client.list()).models.map((model) => model.name);
  assert.ok(names.some((name) => name.startsWith('parley-text')));
  assert.ok((await client.show({ model: 'parley-text' })).details);
  const { embeddings } = await client.embed({ model: 'all-minilm-l6-v2', input: ['a', 'b'] });
  assert.equal(embeddings.length, 2);
  assert.equal(embeddings[0].length, 384);
  await assert.rejects(client.chat({ model: 'nope', messages }), /not found/);
});
