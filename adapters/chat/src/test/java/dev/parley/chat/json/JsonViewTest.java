package dev.parley.chat.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class JsonViewTest {

    private static JsonView view(String json) {
        return JsonView.of(ScannedBody.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void faultsNameTheFullPath() {
        JsonView message = view("{\"messages\":[{},{\"role\":1,\"x\":2.50}]}")
                .items("messages")
                .get(1);
        assertThatThrownBy(() -> message.need("role").string())
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns("messages[1].role", ChatFailure::param)
                .returns(
                        "Invalid type for 'messages[1].role': expected a string, but got a number instead.",
                        Throwable::getMessage);
        assertThatThrownBy(() -> message.need("content"))
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns("messages[1].content", ChatFailure::param);
        assertThat(message.extras(Set.of("role"))).isEqualTo(Map.of("x", new RawJson("2.50")));
    }

    @Test
    void aNumberBeyondAllFloatsIsToldAsSuch() {
        JsonView view = view("{\"a\":1e400,\"b\":-1e400,\"c\":1e-400}");
        assertThatThrownBy(() -> view.need("a").number())
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns("a", ChatFailure::param)
                .returns(
                        "Invalid value for 'a': it is beyond 64-bit floats; use one within 1e308.",
                        Throwable::getMessage);
        assertThatThrownBy(() -> view.need("b").number()).hasMessageContaining("'b'");
        assertThat(view.need("c").number()).isZero();
    }

    @Test
    void nullIsAbsent() {
        JsonView view = view("{\"a\":null,\"b\":2,\"c\":true}");
        assertThat(view.has("a")).isFalse();
        assertThat(view.get("a")).isEmpty();
        assertThat(view.integer("a", 7)).isEqualTo(7);
        assertThat(view.integer("b", 7)).isEqualTo(2);
        assertThat(view.flag("c")).isTrue();
        assertThatThrownBy(() -> view.need("a")).hasMessageContaining("'a'");
    }

    @Test
    void anAnswersFaultIsTheBackends() {
        assertThatThrownBy(() -> JsonView.answer("{\"a\":".getBytes(StandardCharsets.UTF_8)))
                .asInstanceOf(InstanceOfAssertFactories.type(ChatFailure.class))
                .returns(ChatFailure.Kind.UPSTREAM_FAILED, ChatFailure::kind);
    }

    @Test
    void writesWithCommasInPlace() {
        JsonOut out = new JsonOut().object().member("a", "x\"\u0001").array("b");
        out.integer(1).object().endObject().array().endArray().string(":").nul().endArray();
        out.object("c").endObject().member("d", new RawJson("1.0")).endObject();
        assertThat(out.toString()).isEqualTo("{\"a\":\"x\\\"\\u0001\",\"b\":[1,{},[],\":\",null],\"c\":{},\"d\":1.0}");
    }
}
