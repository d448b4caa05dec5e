package dev.parley.chat.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.ChatFailure.Kind;
import dev.parley.chat.Conversation;
import dev.parley.chat.ServerDialect.ErrorAnswer;
import dev.parley.chat.Turn;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnthropicServerTest {
    private static final AnthropicServer SERVER = new AnthropicServer();

    private static byte[] body(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static Conversation read(String json) {
        return SERVER.decode(body(json)).conversation();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        max_tokens | {'model':'m','messages':[]}
        max_tokens | {'model':'m','max_tokens':null,'messages':[]}
        max_tokens | {'model':'m','max_tokens':0,'messages':[{'role':'user','content':'x'}]}
        max_tokens | {'model':'m','max_tokens':1.5,'messages':[{'role':'user','content':'x'}]}
        model | {'max_tokens':1,'messages':[]}
        model | {'model':7,'max_tokens':1,'messages':[]}
        stream | {'model':'m','stream':1,'max_tokens':1,'messages':[]}
        messages | {'model':'m','max_tokens':1}
        messages | {'model':'m','max_tokens':1,'messages':[]}
        messages | {'model':'m','max_tokens':1,'messages':'x'}
        messages[0].role | {'model':'m','max_tokens':1,'messages':[{'role':'tool','content':'x'}]}
        messages[0].role | {'model':'m','max_tokens':1,'messages':[{'content':'x'}]}
        messages[0].content | {'model':'m','max_tokens':1,'messages':[{'role':'user'}]}
        messages[0].content | {'model':'m','max_tokens':1,'messages':[{'role':'user','content':7}]}
        messages[0].content[0].type | {'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'text':'x'}]}]}
        messages[0].content[0].text | {'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'text','text':1}]}]}
        messages[0].content[0].type | {'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'tool_use','id':'a','name':'f','input':{}}]}]}
        messages[0].content[0].type | {'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_result','tool_use_id':'a'}]}]}
        messages[0].content[0].input | {'model':'m','max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':'x'}]}]}
        messages[0].content[0].source.data | {'model':'m','max_tokens':1,'messages':[{'role':'user','content':[{'type':'image','source':{'type':'base64','media_type':'image/png'}}]}]}
        system[0].type | {'model':'m','max_tokens':1,'system':[{'type':'image'}],'messages':[{'role':'user','content':'x'}]}
        temperature | {'model':'m','max_tokens':1,'temperature':1.1,'messages':[{'role':'user','content':'x'}]}
        top_p | {'model':'m','max_tokens':1,'top_p':'x','messages':[{'role':'user','content':'x'}]}
        top_k | {'model':'m','max_tokens':1,'top_k':-1,'messages':[{'role':'user','content':'x'}]}
        stop_sequences[1] | {'model':'m','max_tokens':1,'stop_sequences':['a',1],'messages':[{'role':'user','content':'x'}]}
        tools[0].input_schema | {'model':'m','max_tokens':1,'tools':[{'name':'f'}],'messages':[{'role':'user','content':'x'}]}
        tool_choice.type | {'model':'m','max_tokens':1,'tool_choice':{'type':'some'},'messages':[{'role':'user','content':'x'}]}
        tool_choice.name | {'model':'m','max_tokens':1,'tool_choice':{'type':'tool'},'messages':[{'role':'user','content':'x'}]}
        thinking.type | {'model':'m','max_tokens':1,'thinking':{},'messages':[{'role':'user','content':'x'}]}
        output_config.format.type | {'model':'m','max_tokens':1,'output_config':{'format':{'type':'x'}},'messages':[{'role':'user','content':'x'}]}
        """)
    void faultsNameTheirMember(String param, String json) {
        ChatFailure failure = catchThrowableOfType(ChatFailure.class, () -> read(json));
        assertThat(failure).as(json).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.BAD_REQUEST);
        assertThat(failure.param()).isEqualTo(param);
        assertThat(SERVER.error(failure, "req_1").body().toString()).contains(param);
    }

    @Test
    void resultsOfToolsComeBeforeTheUsersWords() {
        Conversation read = read("{'model':'m','max_tokens':1,'messages':[{'role':'user','content':["
                + "{'type':'text','text':'a'},{'type':'tool_result','tool_use_id':'1','content':'r'}]}]}");
        assertThat(read.turns()).extracting(Turn::role).containsExactly(Turn.Role.TOOL, Turn.Role.USER);
        assertThat(read.turns().getLast().text()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_REQUEST,400,invalid_request_error",
        "UNAUTHENTICATED,401,authentication_error",
        "BUDGET_EXHAUSTED,402,billing_error",
        "FORBIDDEN,403,permission_error",
        "MODEL_NOT_FOUND,404,not_found_error",
        "TOO_LARGE,413,request_too_large",
        "RATE_LIMITED,429,rate_limit_error",
        "UPSTREAM_FAILED,502,api_error",
        "ALL_BACKENDS_DOWN,503,api_error",
        "UPSTREAM_TIMEOUT,504,timeout_error",
        "OVERLOADED,529,overloaded_error",
        "UPSTREAM_AUTH,502,api_error",
        "INTERNAL,500,api_error"
    })
    void failuresHaveAnthropicsShape(Kind kind, int status, String type) {
        ErrorAnswer answer = SERVER.error(ChatFailure.of(kind, "why \"so\""), "req_1");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().toString())
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"" + type
                        + "\",\"message\":\"why \\\"so\\\"\"},\"request_id\":\"req_1\"}");
    }

    /** Claude Code compacts a conversation upon these words. */
    @Test
    void whatIsTooLongIsToldInAnthropicsWords() {
        ChatFailure known = ChatFailure.builder(Kind.CONTEXT_OVERFLOW, "Shorten it.")
                .excess(900, 512)
                .build();
        assertThat(SERVER.error(known, "r").status()).isEqualTo(400);
        assertThat(SERVER.error(known, "r").body().toString())
                .isEqualTo(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\","
                                + "\"message\":\"prompt is too long: 900 tokens > 512 maximum. Shorten it.\"},\"request_id\":\"r\"}");
        assertThat(SERVER.error(ChatFailure.of(Kind.CONTEXT_OVERFLOW, "why"), "r")
                        .body()
                        .toString())
                .contains("\"message\":\"prompt is too long: why\"");
        String upstreams = "prompt is too long: 3 tokens > 2 maximum";
        assertThat(SERVER.error(ChatFailure.of(Kind.CONTEXT_OVERFLOW, upstreams), "r")
                        .body()
                        .toString())
                .contains("\"message\":\"" + upstreams + "\"");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyFailureBreaksAStreamVisibly(Kind kind) {
        assertThat(SERVER.broken(ChatFailure.of(kind, "x"), "r").toString())
                .startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{")
                .endsWith("}\n\n");
    }

    @Test
    void rejectionKeepsTheBackendsStatus() {
        ChatFailure failure = ChatFailure.builder(Kind.UPSTREAM_REJECTED, "no such file")
                .upstreamStatus(404)
                .build();
        ErrorAnswer answer = SERVER.error(failure, "r");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().toString()).contains("\"not_found_error\"", "no such file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        400 | UPSTREAM_REJECTED | tools.0: bad | {'type':'error','error':{'type':'invalid_request_error','message':'tools.0: bad'}}
        400 | CONTEXT_OVERFLOW | prompt is too long | {'type':'error','error':{'type':'invalid_request_error','message':'prompt is too long: 3 > 2'}}
        400 | UPSTREAM_AUTH | credentials | {'type':'error','error':{'type':'invalid_request_error','message':'Your credit balance is too low'}}
        401 | UPSTREAM_AUTH | credentials | {'type':'error','error':{'type':'authentication_error','message':'invalid x-api-key sk-1'}}
        404 | UPSTREAM_REJECTED | model: x | {'type':'error','error':{'type':'not_found_error','message':'model: x'}}
        413 | TOO_LARGE | larger | x
        429 | RATE_LIMITED | rate limit | {'type':'error','error':{'type':'rate_limit_error','message':'x'}}
        500 | UPSTREAM_FAILED | failed | <html>
        500 | OVERLOADED | overloaded | {'type':'error','error':{'type':'overloaded_error','message':'x'}}
        504 | UPSTREAM_TIMEOUT | in time | []
        529 | OVERLOADED | overloaded | {'type':'error','error':{'type':'overloaded_error','message':'x'}}
        """)
    void backendsRefusalsAreUnderstood(int status, Kind kind, String words, String body) {
        ChatFailure failure = new AnthropicClient()
                .failure(status, Map.of("Retry-After", "7"), Buffer.buffer(body.replace('\'', '"')));
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(words).doesNotContain("sk-1");
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(failure.upstreamStatus()).isEqualTo(kind == Kind.UPSTREAM_REJECTED ? status : 0);
    }

    @Test
    void tokensAreCountedWithoutALimit() {
        var request = AnthropicTokenCount.decode(body("{'model':'m','messages':[{'role':'user','content':'x'}]}"));
        assertThat(AnthropicTokenCount.answer(request).toString()).matches("\\{\"input_tokens\":[1-9][0-9]*}");
    }
}
