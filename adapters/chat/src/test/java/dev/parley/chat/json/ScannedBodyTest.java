package dev.parley.chat.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScannedBodyTest {

    private static JsonBody body(String json) {
        return ScannedBody.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonBody body) {
        String text = new String(body.toBytes(), StandardCharsets.UTF_8);
        assertThat(body.length()).isEqualTo(body.toBytes().length);
        return text;
    }

    @Test
    void anUneditedBodyIsTheSameArray() {
        byte[] bytes = " { \"a\" : 1.0E+2 , \"b\":[ ] } \n".getBytes(StandardCharsets.UTF_8);
        JsonBody body = ScannedBody.of(bytes);
        assertThat(body.slices()).hasSize(1);
        assertThat(body.slices().getFirst().bytes()).isSameAs(bytes);
        assertThat(body.toBytes()).isEqualTo(bytes);
        assertThat(body.member("a")).contains(new RawJson("1.0E+2"));
    }

    @Test
    void editsKeepAllOtherBytes() {
        JsonBody body = body("{\"model\": \"auto\", \"x\": 1.50,  \"messages\":[1]}");
        assertThat(text(body.with("model", new RawJson("\"m\""))))
                .isEqualTo("{\"model\": \"m\", \"x\": 1.50,  \"messages\":[1]}");
        assertThat(text(body.without("model"))).isEqualTo("{\"x\": 1.50,  \"messages\":[1]}");
        assertThat(text(body.without("x"))).isEqualTo("{\"model\": \"auto\",\"messages\":[1]}");
        assertThat(text(body.without("messages").with("n", new RawJson("2"))))
                .isEqualTo("{\"model\": \"auto\", \"x\": 1.50,\"n\":2}");
        assertThat(text(body("{ }").with("n", new RawJson("2")))).isEqualTo("{\"n\":2 }");
        assertThat(text(body("{\"a\":1}").without("a"))).isEqualTo("{}");
    }

    @Test
    void editingTheModelCopiesNoneOfTheRest() {
        byte[] bytes = "{\"model\":\"auto\",\"messages\":[\"long\"]}".getBytes(StandardCharsets.UTF_8);
        assertThat(ScannedBody.of(bytes).with("model", new RawJson("\"m\"")).slices())
                .hasSize(3)
                .filteredOn(slice -> slice.bytes().length == bytes.length)
                .hasSize(2);
    }

    @Test
    void readsStringsAndFlags() {
        JsonBody body = body("{\"m\\u006fdel\":\"a\\n\\ud83d\\ude00\",\"stream\":true,\"no\":null,\"n\":1}");
        assertThat(body.string("model")).contains("a\n😀");
        assertThat(body.flag("stream")).isTrue();
        assertThat(body.flag("no")).isFalse();
        assertThat(body.string("no")).isEmpty();
        assertThat(body.member("no")).contains(new RawJson("null"));
        assertThat(body.names()).containsExactly("model", "stream", "no", "n");
        assertThatThrownBy(() -> body.string("n"))
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns("n", ChatFailure::param)
                .returns(ChatFailure.Kind.BAD_REQUEST, ChatFailure::kind);
        assertThatThrownBy(() -> body.flag("n")).isInstanceOf(ChatFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1]",
                "1",
                "nul",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":-}",
                "{\"a\":1e}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":tru}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":[1 2]}",
                "{\"a\":1}}",
                "{\"a\":1} x",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1}{}",
                "{\"a\":\"",
                "{\"a\":NaN}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":\"\\"
            })
    void refusesWhatIsNotOneObject(String json) {
        assertThatThrownBy(() -> body(json))
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns(ChatFailure.Kind.BAD_REQUEST, ChatFailure::kind);
    }

    @Test
    void refusesInvalidUtf8AndDepth() {
        byte[] overlong = {'{', '"', 'a', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}'};
        assertThatThrownBy(() -> ScannedBody.of(overlong)).hasMessageContaining("UTF-8");
        byte[] surrogate = {'{', '"', 'a', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'};
        assertThatThrownBy(() -> ScannedBody.of(surrogate)).hasMessageContaining("UTF-8");
        String deep = "{\"a\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> body(deep)).hasMessageContaining("nested");
    }
}
