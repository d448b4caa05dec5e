package dev.parley.chat.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.RawJson;
import dev.parley.chat.json.ScannedBody;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapBuffersTest {
    @Test
    void aLongEditedBodyIsSentAsSlicesOfItsArrays() {
        String rest = ",\"z\":\"" + "z".repeat(40_000) + "\"}";
        byte[] original = ("{\"a\":1,\"model\":\"auto\"" + rest).getBytes(UTF_8);
        List<Buffer> slices = HeapBuffers.of(ScannedBody.of(original).with("model", new RawJson("\"gpt\"")));
        assertThat(slices).hasSizeGreaterThan(1);
        assertThat(HeapBuffers.join(slices).toString()).isEqualTo("{\"a\":1,\"model\":\"gpt\"" + rest);
        original[2] = 'b';
        assertThat(slices.getFirst().toString()).as("nothing is copied").startsWith("{\"b\"");
    }

    @Test
    void aShortEditedBodyIsSentAsOne() {
        byte[] original = "{\"a\":1,\"model\":\"auto\",\"z\":[2]}".getBytes(UTF_8);
        List<Buffer> one = HeapBuffers.of(ScannedBody.of(original).with("model", new RawJson("\"gpt\"")));
        assertThat(one).singleElement().hasToString("{\"a\":1,\"model\":\"gpt\",\"z\":[2]}");
    }

    @Test
    void joiningOneBufferIsThatBuffer() {
        Buffer only = Buffer.buffer("x");
        assertThat(HeapBuffers.join(List.of(only))).isSameAs(only);
    }

    @Test
    void joinedBuffersCanBeReadMoreThanOnce() {
        Buffer joined = HeapBuffers.join(List.of(Buffer.buffer("ab"), Buffer.buffer("cd")));
        assertThat(joined.toString()).isEqualTo("abcd");
        assertThat(joined.toString()).isEqualTo("abcd");
        assertThat(joined.length()).isEqualTo(4);
    }

    @Test
    void bytesAreTheArrayItselfOnlyIfItIsExact() {
        byte[] array = {1, 2, 3};
        assertThat(HeapBuffers.bytes(HeapBuffers.of(array))).isSameAs(array);
        Buffer slice = HeapBuffers.of(array).slice(1, 3);
        assertThat(HeapBuffers.bytes(slice)).containsExactly(2, 3);
        assertThat(HeapBuffers.bytes(Buffer.buffer(100).appendByte((byte) 7))).containsExactly(7);
    }
}
