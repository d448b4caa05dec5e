package dev.parley.chat.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.ExpertUse;
import dev.parley.chat.FinishReason;
import dev.parley.chat.Part;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.Setting;
import dev.parley.chat.anthropic.AnthropicServer;
import dev.parley.chat.ollama.OllamaChatServer;
import dev.parley.chat.ollama.OllamaGenerateServer;
import dev.parley.chat.openai.OpenAiChatServer;
import dev.parley.chat.openai.OpenAiCompletionsServer;
import dev.parley.chat.openai.responses.OpenAiResponsesServer;
import dev.parley.config.ExpertControls;
import dev.parley.config.ExpertControls.Contrast;
import dev.parley.config.ExpertControls.Place;
import dev.parley.config.ExpertControls.Remix;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The {@code moe} member in every protocol. */
class ExpertJsonTest {
    private static final String TOLD = "{\"experts_per_token\":2.5,\"gate_entropy\":[1.25,0.5],"
            + "\"confidence\":{\"mean\":0.9,\"min\":0.3333},\"routed_experts\":[[[3,5],[1]]]}";
    private static final ExpertUse USE = new ExpertUse(
            OptionalDouble.of(2.5),
            List.of(1.25, 0.5),
            OptionalDouble.of(0.9),
            OptionalDouble.of(1 / 3.0),
            new RawJson("[[[3,5],[1]]]"),
            true);

    static Stream<ServerDialect> dialects() {
        return Stream.of(
                new OpenAiChatServer(),
                new OpenAiResponsesServer(),
                new OpenAiCompletionsServer(),
                new AnthropicServer(),
                new OllamaChatServer(),
                new OllamaGenerateServer());
    }

    private static ChatRequest request(ServerDialect dialect, String moe) {
        String rest = switch (dialect.protocol()) {
            case OPENAI_CHAT, ANTHROPIC_MESSAGES, OLLAMA_CHAT ->
                "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
            case OPENAI_RESPONSES -> "\"input\":\"x\"";
            case OPENAI_COMPLETIONS, OLLAMA_GENERATE -> "\"prompt\":\"x\"";
        };
        String body = "{\"model\":\"m\"," + rest + ",\"moe\":" + moe + "}";
        return dialect.decode(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void isReadInEveryProtocolAndNeverSentOnAsAnExtra(ServerDialect dialect) {
        ChatRequest request = request(dialect, "{\"experts\":3}");
        assertThat(request.conversation().settings()).containsEntry(Setting.MOE, new RawJson("{\"experts\":3}"));
        assertThat(request.conversation().extras()).doesNotContainKey("moe");
        assertThatExceptionOfType(ChatFailure.class)
                .isThrownBy(() -> request(dialect, "{\"experts\":0}").conversation())
                .satisfies(e -> assertThat(e.param()).isEqualTo("moe.experts"));
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void isToldInEveryProtocolStreamedOrWhole(ServerDialect dialect) {
        var head = new ServerDialect.AnswerHead("id-1", "m", 1, new RawJson("{}"));
        ServerDialect.AnswerEncoder encoder = dialect.encoder(request(dialect, "{\"telemetry\":true}"), head);
        Buffer stream = Buffer.buffer();
        for (ChatEvent event : List.of(
                new ChatEvent.Started("x", "m", 1),
                new ChatEvent.TextDelta(0, "hi"),
                new ChatEvent.ExpertsReported(0, USE),
                new ChatEvent.Finished(0, FinishReason.STOP, ""),
                new ChatEvent.UsageReported(Usage.of(1, 2)))) {
            stream.appendBuffer(encoder.encode(event));
        }
        stream.appendBuffer(encoder.end());
        assertThat(stream.toString()).containsOnlyOnce("\"moe\":" + TOLD);
        ChatAnswer answer = new ChatAnswer(
                "x",
                "m",
                1,
                List.of(new ChatAnswer.Choice(
                        0, List.of(new Part.Text("hi")), List.of(), FinishReason.STOP, "", Optional.of(USE))),
                Usage.of(1, 2));
        String whole = dialect.encoder(request(dialect, "{\"telemetry\":true}"), head)
                .whole(answer)
                .toString();
        assertThat(whole).containsOnlyOnce("\"moe\":" + TOLD);
        JsonView.of(new RawJson(whole), "");
    }

    @Test
    void everyFieldIsRead() {
        var ask = ExpertJson.ask(JsonView.of(
                new RawJson(
                        "{\"experts\":1,\"top_p\":0.5,\"min_p\":0,\"null_bias\":-2,\"mask\":[\"*/3\"],\"bias\":{\"2/5\":-1.5},"
                                + "\"expert_set\":\"math\",\"contrast\":{\"beta\":1},\"remix\":{\"weight\":0.3},\"telemetry\":true}"),
                "moe"));
        assertThat(ask.telemetry()).isTrue();
        assertThat(ask.controls())
                .isEqualTo(new ExpertControls(
                        OptionalInt.of(1),
                        OptionalDouble.of(0.5),
                        OptionalDouble.of(0),
                        OptionalDouble.of(-2),
                        Set.of(new Place(OptionalInt.empty(), 3)),
                        Map.of(new Place(OptionalInt.of(2), 5), -1.5),
                        "math",
                        Optional.of(new Contrast(2, 0.1, 1)),
                        Optional.of(new Remix(8, 0.3))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | moe | expected an object",
                "{\"expert\":3} | moe.expert | Unknown field 'moe.expert': there are experts, top_p,",
                "{\"experts\":1.5} | moe.experts | expected an integer",
                "{\"top_p\":0} | moe.top_p | expected a number above 0, at most 1, but got 0.",
                "{\"top_p\":1.1} | moe.top_p | expected a number from 0 to 1, but got 1.1.",
                "{\"min_p\":-1} | moe.min_p | expected a number from 0 to 1",
                "{\"mask\":\"3\"} | moe.mask | expected an array",
                "{\"mask\":[\"3\"]} | moe.mask[0] | write layer/expert",
                "{\"bias\":{\"0/1\":\"x\"}} | moe.bias.0/1 | expected a number",
                "{\"bias\":{\"0/1\":1e9}} | moe.bias.0/1 | expected a number from -100 to 100",
                "{\"bias\":{\"a/1\":1}} | moe.bias.a/1 | write layer/expert",
                "{\"contrast\":true} | moe.contrast | expected an object",
                "{\"remix\":{\"neighbours\":65}} | moe.remix.neighbours | a whole number from 1 to 64, but got 65",
                "{\"remix\":{\"weight\":0}} | moe.remix.weight | expected a number above 0",
                "{\"remix\":{\"k\":1}} | moe.remix.k | there are neighbours, weight",
                "{\"contrast\":{\"gamma\":1}} | moe.contrast.gamma | there are rank, alpha, beta",
                "{\"contrast\":{\"alpha\":0}} | moe.contrast.alpha | above 0",
                "{\"telemetry\":1} | moe.telemetry | expected a boolean"
            })
    void faultsNameFieldFormAndRemedy(String moe, String field, String fault) {
        assertThatExceptionOfType(ChatFailure.class)
                .isThrownBy(() -> ExpertJson.ask(JsonView.of(new RawJson(moe), "moe")))
                .withMessageContaining(fault)
                .satisfies(e -> assertThat(e.param()).isEqualTo(field));
    }

    @Test
    void whatNobodyAskedForIsNotShown() {
        JsonOut out = new JsonOut().object();
        ExpertJson.write(
                new ExpertUse(
                        OptionalDouble.of(2),
                        List.of(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        ExpertUse.UNTOLD,
                        false),
                out);
        assertThat(out.endObject()).hasToString("{}");
    }
}
