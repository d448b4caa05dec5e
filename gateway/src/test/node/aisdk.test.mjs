import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, Output, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { all, gateway, key, question, right, scripted } from './backends.mjs';

const openai = createOpenAI({ baseURL: `${gateway}/v1`, apiKey: key });
const providers = {
  'openai responses': (model) => openai(model),
  'openai chat': (model) => openai.chat(model),
  'openai-compatible': createOpenAICompatible({ name: 'parley', baseURL: `${gateway}/v1`, apiKey: key, supportsStructuredOutputs: true }),
  anthropic: createAnthropic({ baseURL: `${gateway}/v1`, apiKey: key }),
};

for (const [name, provider] of Object.entries(providers)) {
  for (const model of [...all, 'auto']) {
    test(`ai sdk, ${name}: ${model}`, async () => {
      const { text } = await generateText({ model: provider(model), prompt: question, maxRetries: 0 });
      assert.match(text, right);
      const stream = streamText({ model: provider(model), prompt: question, maxRetries: 0, onError: ({ error }) => { throw error; } });
      assert.match(await stream.text, right);
      assert.equal(await stream.finishReason, 'stop');
    });
  }
  for (const model of scripted) {
    test(`ai sdk tools, ${name}: ${model}`, async () => {
      const { text } = await generateText({
        model: provider(model),
        prompt: 'What is the weather in Lima?',
        maxRetries: 0,
        stopWhen: stepCountIs(3),
        tools: {
          get_weather: tool({
            description: 'Weather of a city', inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => `17 degrees in ${city}`,
          }),
        },
      });
      assert.match(text, /17 degrees in Lima/);
    });

    test(`ai sdk structured output, ${name}: ${model}`, async () => {
      const { output } = await generateText({
        model: provider(model),
        prompt: 'Tell me of Lima as JSON.',
        maxRetries: 0,
        output: Output.object({ schema: z.object({ city: z.string(), people: z.number() }) }),
      });
      assert.deepEqual(output, { city: 'Lima', people: 10 });
    });
  }
}
