import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { all, gateway, key, question, right, scripted } from './backends.mjs';

const client = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: key, maxRetries: 0 });
const messages = [{ role: 'system', content: 'You are a helpful assistant.' }, { role: 'user', content: question }];
const tools = [{
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
}];

for (const model of [...all, 'auto']) {
  test(`openai chat: ${model}`, async () => {
    const { data, response } = await client.chat.completions.create({ model, messages, temperature: 0 }).withResponse();
    assert.match(data.choices[0].message.content, right);
    assert.equal(data.choices[0].finish_reason, 'stop');
    assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens);
    assert.ok(data._request_id);
    assert.equal(response.headers.get('x-gateway-model'), data.model);
  });

  test(`openai stream: ${model}`, async () => {
    const stream = client.chat.completions.stream({ model, messages, temperature: 0, stream_options: { include_usage: true } });
    const final = await stream.finalChatCompletion();
    assert.match(final.choices[0].message.content, right);
    assert.ok((await stream.totalUsage()).total_tokens > 0);
  });

  test(`openai stream without usage has no empty choices: ${model}`, async () => {
    let text = '';
    for await (const chunk of await client.chat.completions.create({ model, messages, temperature: 0, stream: true })) {
      assert.equal(chunk.choices.length, 1);
      assert.equal(chunk.usage ?? null, null);
      text += chunk.choices[0].delta.content ?? '';
    }
    assert.match(text, right);
  });

  test(`openai responses: ${model}`, async () => {
    const response = await client.responses.create({ model, input: question, temperature: 0 });
    assert.match(response.output_text, right);
    assert.equal(response.status, 'completed');
    const types = [];
    for await (const event of await client.responses.create({ model, input: question, temperature: 0, stream: true })) {
      types.push(event.type);
    }
    assert.equal(types[0], 'response.created');
    assert.equal(types.at(-1), 'response.completed');
    assert.ok(types.includes('response.output_text.delta'));
  });
}

for (const model of scripted) {
  test(`openai tools, both ways: ${model}`, async () => {
    const asked = [{ role: 'user', content: 'What is the weather in Lima?' }];
    const first = await client.chat.completions.create({ model, messages: asked, tools });
    assert.equal(first.choices[0].finish_reason, 'tool_calls');
    const call = first.choices[0].message.tool_calls[0];
    assert.equal(call.function.name, 'get_weather');
    assert.deepEqual(JSON.parse(call.function.arguments), { city: 'Lima' });
    const second = await client.chat.completions.create({
      model, tools, messages: [...asked, first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '17 degrees' }],
    });
    assert.match(second.choices[0].message.content, /17 degrees/);
  });

  test(`openai streamed tool calls: ${model}`, async () => {
    const final = await client.chat.completions
      .stream({ model, messages: [{ role: 'user', content: 'What is the weather in Lima?' }], tools })
      .finalChatCompletion();
    assert.deepEqual(JSON.parse(final.choices[0].message.tool_calls[0].function.arguments), { city: 'Lima' });
  });

  test(`openai structured output: ${model}`, async () => {
    const format = zodResponseFormat(z.object({ city: z.string(), people: z.number() }), 'city');
    const parsed = await client.chat.completions.parse({
      model, messages: [{ role: 'user', content: 'Tell me of Lima as JSON.' }], response_format: format,
    });
    assert.deepEqual(parsed.choices[0].message.parsed, { city: 'Lima', people: 10 });
  });

  test(`openai abort: ${model}`, async () => {
    const stream = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Count slowly.' }], stream: true });
    let seen = 0;
    for await (const chunk of stream) {
      if (++seen === 3) {
        stream.controller.abort();
        break;
      }
    }
    assert.equal(seen, 3);
  });
}

test('openai structured output: embedded, held to the schema token by token', async () => {
  const word = z.object({ word: z.string().max(20), whole: z.boolean().nullable(), kind: z.enum(['noun', 'verb']) });
  const parsed = await client.chat.completions.parse({
    model: 'parley-text', messages: [{ role: 'user', content: 'Reverse the word gateway' }], temperature: 0,
    response_format: zodResponseFormat(word, 'word'),
  });
  assert.equal(parsed.choices[0].finish_reason, 'stop');
  assert.deepEqual(Object.keys(parsed.choices[0].message.parsed), ['word', 'whole', 'kind']);
});

test('openai embeddings, base64 by default', async () => {
  const answer = await client.embeddings.create({ model: 'all-minilm-l6-v2', input: ['a cat', 'a kitten', 'a tax form'] });
  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const [cat, kitten, tax] = answer.data.map((row) => row.embedding);
  assert.equal(cat.length, 384);
  assert.ok(dot(cat, kitten) > dot(cat, tax) + 0.2);
  const relayed = await client.embeddings.create({ model: 'scripted-embedding', input: 'x', encoding_format: 'float' });
  assert.deepEqual(relayed.data[0].embedding, [0.25, -0.5]);
});

test('openai models', async () => {
  const ids = (await client.models.list()).data.map((model) => model.id);
  for (const id of ['auto', 'auto:cheap', ...all]) {
    assert.ok(ids.includes(id), id);
    assert.equal((await client.models.retrieve(id)).id, id);
  }
});

test('openai error classes', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'nope', messages }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, 'model_not_found');
    assert.ok(error.requestID);
    return true;
  });
  await assert.rejects(client.chat.completions.create({ model: 'auto', messages: 'no' }), OpenAI.BadRequestError);
  await assert.rejects(
    new OpenAI({ baseURL: `${gateway}/v1`, apiKey: 'wrong', maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);
  await assert.rejects(
    client.chat.completions.create({ model: 'scripted-openai', messages: [{ role: 'user', content: 'Be overloaded.' }] }),
    OpenAI.InternalServerError);
});
