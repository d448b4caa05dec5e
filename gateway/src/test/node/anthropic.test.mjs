import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { all, gateway, key, question, right, scripted } from './backends.mjs';

const client = new Anthropic({ baseURL: gateway, apiKey: key, maxRetries: 0 });
const messages = [{ role: 'user', content: question }];
const tools = [{
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}];

for (const model of [...all, 'auto']) {
  test(`anthropic message: ${model}`, async () => {
    const message = await client.messages.create({ model, max_tokens: 100, temperature: 0, system: 'You are helpful.', messages });
    assert.match(message.content[0].text, right);
    assert.equal(message.stop_reason, 'end_turn');
    assert.ok(message.usage.output_tokens > 0);
    assert.ok(message._request_id);
  });

  test(`anthropic stream: ${model}`, async () => {
    const final = await client.messages.stream({ model, max_tokens: 100, temperature: 0, messages }).finalMessage();
    assert.match(final.content[0].text, right);
    assert.ok(final.usage.input_tokens > 0);
  });

  test(`anthropic count_tokens: ${model}`, async () => {
    assert.ok((await client.messages.countTokens({ model, messages })).input_tokens > 3);
  });
}

for (const model of scripted) {
  test(`anthropic tools, both ways: ${model}`, async () => {
    const asked = [{ role: 'user', content: 'What is the weather in Lima?' }];
    const first = await client.messages.create({ model, max_tokens: 100, messages: asked, tools });
    assert.equal(first.stop_reason, 'tool_use');
    const use = first.content.find((block) => block.type === 'tool_use');
    assert.deepEqual(use.input, { city: 'Lima' });
    const second = await client.messages.create({
      model, max_tokens: 100, tools, messages: [
        ...asked, { role: 'assistant', content: first.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '17 degrees' }] }],
    });
    assert.match(second.content[0].text, /17 degrees/);
  });

  test(`anthropic streamed tool use: ${model}`, async () => {
    const final = await client.messages
      .stream({ model, max_tokens: 100, messages: [{ role: 'user', content: 'What is the weather in Lima?' }], tools })
      .finalMessage();
    assert.deepEqual(final.content.find((block) => block.type === 'tool_use').input, { city: 'Lima' });
  });
}

test('anthropic error classes', async () => {
  await assert.rejects(client.messages.create({ model: 'nope', max_tokens: 9, messages }), (error) => {
    assert.ok(error instanceof Anthropic.NotFoundError);
    assert.ok(error.requestID);
    return true;
  });
  await assert.rejects(client.messages.create({ model: 'auto', max_tokens: 9, messages: [] }), Anthropic.BadRequestError);
  await assert.rejects(
    new Anthropic({ baseURL: gateway, apiKey: 'wrong', maxRetries: 0 }).messages.create({ model: 'auto', max_tokens: 9, messages }),
    Anthropic.AuthenticationError);
});

test('anthropic models', async () => {
  const ids = [];
  for await (const model of client.models.list()) {
    ids.push(model.id);
  }
  assert.ok(ids.includes('auto') && ids.includes('parley-text'));
});
