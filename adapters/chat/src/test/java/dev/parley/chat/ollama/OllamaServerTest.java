package dev.parley.chat.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatFailure.Kind;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.FinishReason;
import dev.parley.chat.RawJson;
import dev.parley.chat.ServerDialect;
import dev.parley.chat.ServerDialect.AnswerEncoder;
import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.config.Usage;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaServerTest {
    private static final AnswerHead HEAD = new AnswerHead("id", "ours", 1_700_000_000, new RawJson("{}"));

    private static ChatRequest decode(ServerDialect server, String json) {
        return server.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void streamsUnlessToldOtherwise() {
        assertThat(decode(new OllamaChatServer(), "{'model':'m'}").stream()).isTrue();
        assertThat(decode(new OllamaChatServer(), "{'model':'m','stream':null}").stream())
                .isTrue();
        assertThat(decode(new OllamaGenerateServer(), "{'model':'m','stream':false}").stream())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        load | {'model':'m'}
        load | {'model':'m','messages':[ ]}
        load | {'model':'m','messages':null,'keep_alive':'5m'}
        unload | {'model':'m','messages':[],'keep_alive':0}
        unload | {'model':'m','messages':[],'keep_alive':'0s'}
        """)
    void aChatWithoutMessagesOnlyLoads(String reason, String json) {
        ServerDialect server = new OllamaChatServer();
        assertThat(server.immediate(decode(server, json), HEAD).orElseThrow().toString())
                .isEqualTo("{\"model\":\"ours\",\"created_at\":\"2023-11-14T22:13:20Z\",\"message\":"
                        + "{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"" + reason
                        + "\"}");
    }

    @Test
    void wordsNeedAModel() {
        ServerDialect chat = new OllamaChatServer();
        ServerDialect generate = new OllamaGenerateServer();
        String message = "{'model':'m','messages':[{'role':'user','content':'x'}]}";
        assertThat(chat.immediate(decode(chat, message), HEAD)).isEmpty();
        assertThat(generate.immediate(decode(generate, "{'model':'m','prompt':'x'}"), HEAD))
                .isEmpty();
        assertThat(generate.immediate(decode(generate, "{'model':'m','prompt':''}"), HEAD))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        model | {'messages':[]}
        stream | {'model':'m','stream':'no'}
        messages[0].role | {'model':'m','messages':[{'role':'robot'}]}
        messages[0].content | {'model':'m','messages':[{'role':'user','content':[]}]}
        messages[0] | {'model':'m','messages':[{'role':'tool','content':'x'}]}
        messages[0].tool_calls[0].function.name | {'model':'m','messages':[{'role':'assistant','tool_calls':[{'function':{}}]}]}
        options.temperature | {'model':'m','messages':[],'options':{'temperature':'hot'}}
        options.temperature | {'model':'m','messages':[],'options':{'temperature':-1}}
        options.stop[0] | {'model':'m','messages':[],'options':{'stop':[1]}}
        format | {'model':'m','messages':[],'format':'xml'}
        think | {'model':'m','messages':[],'think':1}
        tools[0].function | {'model':'m','messages':[],'tools':[{}]}
        """)
    void faultsNameTheirMember(String param, String json) {
        ServerDialect server = new OllamaChatServer();
        ChatFailure failure = catchThrowableOfType(
                ChatFailure.class, () -> decode(server, json).conversation());
        assertThat(failure).as(json).isNotNull();
        assertThat(failure.param()).isEqualTo(param);
        assertThat(server.error(failure, "r").status()).isEqualTo(400);
        assertThat(server.error(failure, "r").body().toString()).startsWith("{\"error\":\"");
    }

    @ParameterizedTest
    @CsvSource({"template", "suffix"})
    void whatOnlyOllamaCanDoIsRefusedElsewhere(String name) {
        ChatFailure failure = catchThrowableOfType(
                ChatFailure.class,
                () -> decode(new OllamaGenerateServer(), "{'model':'m','prompt':'x','" + name + "':'y'}")
                        .conversation());
        assertThat(failure.param()).isEqualTo(name);
    }

    @Test
    void contextOfTokenIdsIsRefusedElsewhere() {
        ChatFailure failure = catchThrowableOfType(
                ChatFailure.class,
                () -> decode(new OllamaGenerateServer(), "{'model':'m','prompt':'x','context':[1]}")
                        .conversation());
        assertThat(failure.param()).isEqualTo("context");
    }

    @Test
    void durationsAreMeasured() {
        AtomicLong clock = new AtomicLong(1000);
        ServerDialect server = new OllamaGenerateServer(clock::get);
        AnswerEncoder encoder = server.encoder(decode(server, "{'model':'m','prompt':'x'}"), HEAD);
        clock.addAndGet(300);
        encoder.encode(new ChatEvent.Started("a", "b", 1));
        assertThat(encoder.encode(new ChatEvent.TextDelta(0, "t")).toString())
                .isEqualTo(
                        "{\"model\":\"ours\",\"created_at\":\"2023-11-14T22:13:20Z\",\"response\":\"t\",\"done\":false}\n");
        clock.addAndGet(700);
        encoder.encode(new ChatEvent.Finished(0, FinishReason.LENGTH, ""));
        encoder.encode(new ChatEvent.UsageReported(Usage.of(5, 6)));
        assertThat(encoder.end().toString())
                .isEqualTo(
                        "{\"model\":\"ours\",\"created_at\":\"2023-11-14T22:13:20Z\",\"response\":\"\",\"done\":true,"
                                + "\"done_reason\":\"length\",\"total_duration\":1000,\"load_duration\":0,\"prompt_eval_count\":5,"
                                + "\"prompt_eval_duration\":300,\"eval_count\":6,\"eval_duration\":700}\n");
        assertThat(encoder.streamContentType()).isEqualTo("application/x-ndjson");
    }

    @Test
    void anUnknownModelIsToldInOllamasWords() {
        ChatFailure failure = ChatFailure.of(Kind.MODEL_NOT_FOUND, "The model 'a/b:1' does not exist. Ask for 'auto'.");
        ServerDialect.ErrorAnswer answer = new OllamaChatServer().error(failure, "r");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().toString()).isEqualTo("{\"error\":\"model 'a/b:1' not found\"}");
    }

    @Test
    void aBrokenStreamEndsInAnErrorLine() {
        assertThat(new OllamaChatServer()
                        .broken(ChatFailure.of(Kind.UPSTREAM_FAILED, "gone"), "r")
                        .toString())
                .isEqualTo("{\"error\":\"gone\"}\n");
    }

    @ParameterizedTest
    @CsvSource({
        "400,UPSTREAM_REJECTED,does not support tools",
        "404,UPSTREAM_REJECTED,not found",
        "400,CONTEXT_OVERFLOW,input length exceeds the context length",
        "401,UPSTREAM_AUTH,unauthorized",
        "429,RATE_LIMITED,slow down",
        "500,UPSTREAM_FAILED,secret path",
        "503,OVERLOADED,server busy"
    })
    void backendsRefusalsAreUnderstood(int status, Kind kind, String words) {
        ChatFailure failure =
                new OllamaClient().failure(status, Map.of(), Buffer.buffer("{\"error\":\"" + words + "\"}"));
        assertThat(failure.kind()).isEqualTo(kind);
        boolean shown = kind == Kind.UPSTREAM_REJECTED || kind == Kind.CONTEXT_OVERFLOW;
        assertThat(String.valueOf(failure.getMessage()).contains(words)).isEqualTo(shown);
        assertThat(new OllamaClient()
                        .failure(500, Map.of(), Buffer.buffer("<html>"))
                        .kind())
                .isEqualTo(Kind.UPSTREAM_FAILED);
    }
}
