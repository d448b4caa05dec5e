package dev.parley.gateway.pipeline.ask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatFailure;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EncodedTest {
    private final ChatFailure plain = ChatFailure.badRequest("", "The body is not valid JSON.");
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

    private ChatFailure explained(String body) {
        return Encoded.explained(plain, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    @Test
    void saysThatABodyIsCompressed() {
        headers.set("content-encoding", "gzip");
        assertThat(explained("\u001f\u0008")).hasMessageContainingAll("'content-encoding: gzip'", "plain JSON");
        headers.set("content-encoding", "identity");
        assertThat(explained("x")).isSameAs(plain);
    }

    @Test
    void saysThatABodyBeginsWithAByteOrderMark() {
        assertThat(explained("\uFEFF{}")).hasMessageContaining("byte order mark");
        assertThat(explained("{")).isSameAs(plain);
    }
}
