/** What the tests run against, told by ClientSdkIT: the gateway, and per kind of backend the model that stands for it. */
export const gateway = process.env.GATEWAY_URL ?? fail('GATEWAY_URL');
export const key = process.env.GATEWAY_KEY ?? fail('GATEWAY_KEY');

/** The scripted models can call tools and write JSON; the embedded one is real. All can answer the question below. */
export const scripted = ['scripted-openai', 'scripted-anthropic', 'scripted-ollama'];
export const all = [...scripted, 'parley-text'];
export const question = 'Reverse the word gateway';
export const right = /yawetag/;

function fail(name) {
  throw new Error(`${name} is not set: run these tests by ClientSdkIT`);
}
