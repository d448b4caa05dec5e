package dev.parley.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViolationsTest {
    private static final String BACKEND = "backends: [{id: a, url: 'http://a', models: [m]}]\n";

    private static List<String> violations(String yaml, Map<String, String> env) {
        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> ConfigLoader.parse(yaml, name -> Optional.ofNullable(env.get(name))));
        assertThat(refused).as("nothing was refused").isNotNull();
        assertThat(String.valueOf(refused.getMessage()).lines().count())
                .isEqualTo(refused.violations().size() + 1L);
        return refused.violations().stream().map(Violation::toString).toList();
    }

    private static List<String> violations(String yaml) {
        return violations(yaml, Map.of());
    }

    private static final String WRONG_EVERYWHERE = """
                server:
                  prot: 80
                  max_body: 32 elephants
                backends:
                  - id: cloud
                    url: ftp://somewhere
                    api_key: sk-written-in-the-file
                    timeouts: {conect: 3s, idle: 5}
                    models:
                      - {id: gpt-4o-mini, price: {input: cheap, output: 1}}
                      - id: auto
                models:
                  - {id: m2, backend: clod}
                  - {id: gpt-4o-mini, backend: cloud, capabilities: [chat, fly]}
                policies:
                  - {id: two, kind: threshold, strong: gpt-4o, weak: gpt-4o-mini}
                routing: {default_policy: balance}
                keys:
                  - {id: k, secret: '${NO_SUCH}', models: ['claude-*'], policy: nope}
                experiments:
                  - {id: x, variants: [{id: a, policy: cheap, weight: 0.5}, {id: b, policy: fast, weight: 0.6}]}
                """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            config:2 server.prot: unknown key                                       | Did you mean 'port'?
            config:3 server.max_body: expected a size                               | got '32 elephants'. Write for example 32MiB
            config:6 backends[0].url: expected a URL                                | got 'ftp://somewhere'
            config:7 backends[0].api_key: a secret must not be written in the file  | write ${ITS_NAME}
            config:8 backends[0].timeouts.conect: unknown key                       | Did you mean 'connect'?
            config:8 backends[0].timeouts.idle: expected a duration                 | for example 30s
            config:10 backends[0].models[0].price.input: expected a price in USD    | got 'cheap'
            config:11 backends[0].models[1].id: expected a model name               | got 'auto'
            config:13 models[0].backend: there is no backend 'clod'                 | Did you mean 'cloud'?
            config:14 models[1].id: the model 'gpt-4o-mini' is already defined      | at config:10
            config:14 models[1].capabilities[1]: expected one of chat               | got 'fly'
            config:16 policies[0].strong: there is no model 'gpt-4o'                | Did you mean 'gpt-4o-mini'?
            config:17 routing.default_policy: there is no policy 'balance'          | Did you mean 'balanced'?
            config:19 keys[0].secret: the environment variable NO_SUCH is not set   | export NO_SUCH
            config:19 keys[0].models: no model matches 'claude-*'                   | Known here: gpt-4o-mini
            config:19 keys[0].policy: there is no policy 'nope'                     | Known here: cheap
            config:21 experiments[0].variants: the weights must                     | sum to 1
            """)
    void areReportedWithPlacePathAndRemedy(String place, String remedy) {
        assertThat(violations(WRONG_EVERYWHERE)).anyMatch(v -> v.startsWith(place) && v.contains(remedy));
    }

    @Test
    void areAllReportedAtOnce() {
        assertThat(violations(WRONG_EVERYWHERE)).hasSize(17).noneMatch(v -> v.contains("sk-written"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            server: {port: 1, port: 2}                            | server.port: the key is already given in line 2
            server: {port: 70000}                                 | expected a whole number from 0 to 65535, got '70000'
            server: {port: [1]}                                   | got a list
            server: 8080                                          | server: expected a mapping
            server: {strict: yes}                                 | expected true or false
            cache: {ttl: 5 fortnights}                            | expected a duration
            models: [{id: x, backend: a, price: {input: 1}}]      | models[0].price.output: is missing
            models: [{id: x, backend: a, price: {input: 0.0000001, output: 1}}] | no finer than 0.000001
            models: [{id: x, backend: a, price: {input: 1, input_cost_per_token: 1e-6, output: 1}}] | given as 'input' too
            models: [{id: x, backend: a, context: 10, max_output: 11}] | longer than the context
            models: [{id: x}]                                     | models[0].backend: is missing
            models: [{backend: a}]                                | models[0].id: is missing
            policies: [{id: cheap}, {id: cheap}]                  | the policy 'cheap' is already defined
            routing: {router: kmean}                              | routing.router: there is no router 'kmean'. Did you mean 'kmeans'?
            policies: [{id: p, router: house}]                    | policies[0].router: there is no router 'house'
            routing: {router: rules}                              | routing.router: there is no router 'rules'
            routers: [{id: r}]                                    | routers[0].kind: is missing
            routers: [{id: r, kind: knn}, {id: r, kind: mf}]      | the router 'r' is already defined
            routers: [{id: graph, kind: mf}]                      | the router 'graph' is always there
            policies: [{id: p, kind: threshold, strong: m, weak: m, threshold: 0.1, risk: {loss: 0.1}}] | policies[0].risk: stands beside a threshold
            policies: [{id: p, kind: threshold, strong: m, weak: m, risk: {confidence: 0.9}}] | policies[0].risk.loss: is missing
            policies: [{id: p, kind: threshold, strong: m, weak: m, risk: {loss: 0.1}, router: cheapest}] | policies[0].risk: is kept on the graph's predictions
            routers: [{id: r, kind: rules}]                       | routers[0].rules: are missing
            routers: [{id: r, kind: rules, rules: [{models: []}]}] | routers[0].rules[0].models: are missing
            routers: [{id: r, kind: shares, shares: {}}]          | routers[0].shares: are missing
            routers: [{id: r, kind: shares, shares: {m: -1}}]     | Write for example 0.5
            routers: [{id: r, kind: rules, rules: [{models: [n]}]}] | routers[0].rules[0].models: there is no model 'n'
            routers: [{id: r, kind: rules, rules: [{when: {regex: '('}, models: [m]}]}] | expected a regular expression
            routers: [{id: r, kind: rules, rules: [{when: {taks: x}, models: [m]}]}] | Did you mean 'task'?
            routers: [{id: r, kind: rules, rules: [{when: {domain: [maths]}, models: [m]}]}] | routers[0].rules[0].when.domain: there is no domain 'maths'
            routers: [{id: r, kind: rules, rules: [{when: {language: [german]}, models: [m]}]}] | there is no language 'german'
            routers: [{id: r, kind: shares}]                      | routers[0].shares: are missing
            routers: [{id: r, kind: shares, shares: {m: 0}}]      | expected a number from
            routers: [{id: r, kind: prototype, examples: [{model: m}]}] | examples[0].queries: are missing
            routers: [{id: r, kind: llm}]                         | routers[0].model: is missing
            routers: [{id: r, kind: llm, model: n}]               | routers[0].model: there is no model 'n'
            routers: [{id: r, kind: llm, model: m, deadline: 1h}] | routers[0].deadline: expected a duration
            routing: {router: llm}                                | routing.router: there is no router 'llm'
            routers: [{id: r, kind: knn, shares: {m: 1}}]         | routers[0].shares: unknown key
            keys: [{id: k}]                                       | keys[0].secret: is missing
            keys: [{id: k, secret: '${A}'}, {id: l, secret: '${A}'}] | is the same as that of key 'k'
            keys: [{id: k, secret: '${NOT_SET:-}'}]                | keys[0].secret: is empty
            experiments: [{id: x}]                                | needs two variants
            experiments: [{id: x, variants: [{id: a}, {id: a}]}]  | policy: is missing
            record: {path: '${9}'}                                | does not hold the name
            record: {path: '${file:/no/such/file}'}               | cannot be read
            record: !!binary aGVsbG8=                             | tags are not supported
            record: &a {path: *a}                                 | an alias contains itself
            record: {? [a] : b}                                   | a key must be a plain word
            """)
    void saysWhatIsWrong(String line, String expected) {
        assertThat(violations(BACKEND + line, Map.of("A", "some-value"))).anyMatch(v -> v.contains(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- a",
                "a: [",
                "a: b: c",
                "{",
                "a: *nothing",
                "%YAML 9.9\n---\na",
                "--- a\n--- b",
                "\t- x",
                "a: \"\\UFFFFFFFF\""
            })
    void whatIsNoYamlIsOneViolation(String yaml) {
        assertThat(violations(yaml)).hasSize(1);
    }

    @Test
    void aReferenceWithinBracesNeedsQuotes() {
        assertThat(violations("server: {port: ${PORT}}"))
                .singleElement()
                .asString()
                .contains("inside [ ] and { } a value with ${...} needs quotes");
    }

    @Test
    void depthIsBounded() {
        assertThat(violations("[".repeat(100_000))).anyMatch(v -> v.contains("nested deeper than"));
    }

    @Test
    void aBackendWithoutModelsIsAForgottenLine() {
        assertThat(violations("backends: [{id: a, url: 'http://a'}]"))
                .containsExactly("config:1 backends: no model uses the backend 'a'. List its models under it: 'models:"
                        + " [name, name]'");
        assertThat(violations("backends: [{url: 'http://a'}]"))
                .as("one fault, told once")
                .containsExactly("config:1 backends[0].id: is missing. Add 'id: my-name'");
        assertThat(violations("backends: []")).anyMatch(v -> v.contains("there is no backend"));
    }

    @Test
    void oneProcessHasOneEngine() {
        assertThat(
                        violations(
                                "backends: [{id: a, kind: moe, models: [parley-math]}, {id: b, kind: moe, models: [parley-text]}]"))
                .anyMatch(v -> v.contains("backends[1].kind: a second backend of kind moe"));
    }

    @Test
    void onlyLocalModelsAreGivenTheLastQuestionAlone() {
        assertThat(violations("backends: [{id: a, url: 'http://x', models: [{id: m, single_turn: true}]}]"))
                .singleElement()
                .asString()
                .contains("models[0].single_turn: its backend is sent the whole conversation");
        assertThat(ConfigLoader.parse(
                                "backends: [{id: a, kind: moe, models: [{id: m, single_turn: true}]}]",
                                name -> Optional.empty())
                        .models()
                        .getFirst()
                        .singleTurn())
                .isTrue();
    }

    @Test
    void llamaCppNeedsItsPlacesAndKnowsNoExpertsBeyondTheirNumber() {
        String yaml = "backends: [{id: a, kind: llamacpp, models: [{id: m, moe: {experts: 2, top_p: 0.5}}]}]";
        assertThat(violations(yaml))
                .hasSize(3)
                .anyMatch(v -> v.contains("backends[0].library: is missing"))
                .anyMatch(v -> v.contains("backends[0].directory: is missing"))
                .anyMatch(
                        v -> v.contains("models[0].moe: llama.cpp can be told the number of experts and nothing else"));
        String whole =
                "backends: [{id: a, kind: llamacpp, library: l, directory: d, models: [{id: m, moe: {experts: 2}}]}]";
        assertThat(ConfigLoader.parse(whole, name -> Optional.empty())
                        .models()
                        .getFirst()
                        .moe()
                        .experts())
                .hasValue(2);
    }

    @Test
    void secretHeadersAndDefaultsForSecretsAreRefused() {
        List<String> found = violations("""
                backends:
                  - id: a
                    url: http://user:hunter2@a
                    api_key: ${KEY:-hunter2}
                    headers: {Authorization: Bearer hunter2, x-team: mine}
                    models: [m]
                server: {port: '${KEY}'}
                """, Map.of("KEY", "hunter3"));
        assertThat(found)
                .hasSize(4)
                .noneMatch(v -> v.contains("hunter"))
                .anyMatch(v -> v.contains("backends[0].headers: the header 'Authorization' is a secret"))
                .anyMatch(v ->
                        v.contains("server.port: expected a whole number from 0 to 65535, got the value of ${KEY}"));
    }

    @Test
    void namesOfOtherGatewaysAreUnderstoodAsMistakes() {
        assertThat(violations("backends: [{name: a, base_url: 'http://a', apiKey: x, models: [m]}]"))
                .anyMatch(v -> v.contains("backends[0].base_url: unknown key. Did you mean 'url'?"))
                .anyMatch(v -> v.contains("backends[0].apiKey: unknown key. Did you mean 'api_key'?"))
                .anyMatch(v -> v.contains("backends[0].name: unknown key. Did you mean 'id'?"));
    }

    /** A secret put where a name belongs is neither quoted nor listed among the names there are. */
    @Test
    void whatCameFromOutsideIsNotQuotedAsAName() {
        String yaml = BACKEND + "policies: [{id: '${KEY}', kind: weighted}]\n"
                + "routing: {default_policy: '${OTHER}'}\naliases: {fast: '${KEY}'}";
        List<String> found = violations(yaml, Map.of("KEY", "battery-staple", "OTHER", "s3cr3t"));
        assertThat(found)
                .noneMatch(v -> v.contains("battery-staple") || v.contains("s3cr3t"))
                .anyMatch(v -> v.contains("there is no policy the value of ${OTHER}"))
                .anyMatch(v -> v.contains("Known here: cheap, balanced, quality, fast, the value of ${KEY}"));
    }
}
