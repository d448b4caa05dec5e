package dev.parley.gateway.clients;

import dev.parley.gateway.TestGateway;
import java.nio.file.Path;
import java.util.Map;

/** The gateway that clients are tested against: the scripted model in three protocols, the embedded models, a key. */
final class Setup {
    static final String KEY = "client-key-1";

    private Setup() {}

    static TestGateway gateway(ScriptedModel scripted, Path folder) throws Exception {
        String yaml = """
                server: {host: 127.0.0.1, port: 0, admin: {host: 127.0.0.1, port: 0}}
                record: {path: %s}
                keys:
                  - {id: tests, secret: "${CLIENT_KEY}"}
                backends:
                  - id: openai-type
                    kind: openai
                    url: %s/v1
                    api_key: ${UPSTREAM_KEY}
                    models:
                      - {id: scripted-openai, upstream: m, capabilities: [chat, tools, json_object, json_schema]}
                      - {id: scripted-embedding, upstream: m, capabilities: [embeddings]}
                  - id: anthropic-type
                    kind: anthropic
                    url: %s
                    api_key: ${UPSTREAM_KEY}
                    models:
                      - {id: scripted-anthropic, upstream: m, capabilities: [chat, tools, json_object, json_schema]}
                  - id: ollama-type
                    kind: ollama
                    url: %s
                    models:
                      - {id: scripted-ollama, upstream: m, capabilities: [chat, tools, json_object, json_schema]}
                  - id: local
                    kind: moe
                    models:
                      - {id: parley-text, price: {input: 0.02, output: 0.04}, capabilities: [chat, logprobs], context: 512, max_output: 256}
                      - {id: parley-math, price: {input: 0.02, output: 0.04}, capabilities: [chat, logprobs], context: 512, max_output: 256}
                  - id: embedder
                    kind: embedding
                    models: [{id: all-minilm-l6-v2, capabilities: [embeddings], context: 512, max_output: 512}]
                """.formatted(folder.resolve("parley.db"), scripted.url(), scripted.url(), scripted.url());
        return TestGateway.of(yaml, Map.of("CLIENT_KEY", KEY, "UPSTREAM_KEY", ScriptedModel.KEY));
    }
}
