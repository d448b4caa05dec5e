package dev.parley.chat.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.ChatFailure;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class InflaterTest {
    private static final String TEXT = "{\"answer\":\"" + "word ".repeat(2_000) + "\"}";

    @Test
    void aPlainAnswerNeedsNone() {
        assertThat(Inflater.of(null, "b")).isNull();
        assertThat(Inflater.of("identity", "b")).isNull();
    }

    @Test
    void unpacksWhatComesInPieces() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(TEXT.getBytes(UTF_8));
        }
        assertThat(unpacked("gzip", gzip.toByteArray())).isEqualTo(TEXT);
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(deflate)) {
            out.write(TEXT.getBytes(UTF_8));
        }
        assertThat(unpacked("deflate", deflate.toByteArray())).isEqualTo(TEXT);
    }

    private static String unpacked(String encoding, byte[] packed) {
        Inflater inflater = Objects.requireNonNull(Inflater.of(encoding, "b"));
        Buffer all = Buffer.buffer();
        for (byte one : packed) {
            all.appendBuffer(inflater.inflate(Buffer.buffer(new byte[] {one})));
        }
        inflater.close();
        return all.toString();
    }

    @Test
    void anUnknownEncodingNamesTheBackendAndTheRemedy() {
        assertThatThrownBy(() -> Inflater.of("br", "far"))
                .isInstanceOf(ChatFailure.class)
                .hasMessageContaining("'far'")
                .hasMessageContaining("'br'")
                .hasMessageContaining("turn that off");
    }

    @Test
    void damagedDataIsTheBackendsFault() {
        Inflater inflater = Objects.requireNonNull(Inflater.of("gzip", "far"));
        assertThatThrownBy(() -> inflater.inflate(Buffer.buffer("no gzip at all, but long enough")))
                .isInstanceOfSatisfying(
                        ChatFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ChatFailure.Kind.UPSTREAM_FAILED))
                .hasMessageContaining("'far'");
        inflater.close();
    }
}
