package dev.parley.moe.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.moe.engine.GgufBytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufReaderTest {
    private static GgufFile read(byte[] bytes) {
        return GgufReader.read("m.gguf", MemorySegment.ofArray(bytes));
    }

    private static void refused(byte[] bytes, String... words) {
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> read(bytes))
                .withMessageContaining("m.gguf")
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void readsKeysAndTensors() {
        GgufFile file = read(new GgufBytes()
                .whole("a", 7)
                .real("b", 1.5)
                .flag("c", true)
                .text("d", "Grüße")
                .texts("e", List.of("x", "yz"))
                .wholes("f", List.of(-1, 2))
                .tensor("t", 0, List.of(2, 3), new byte[24])
                .tensor("u", 8, List.of(32), new byte[34])
                .bytes());
        GgufMetadata keys = file.metadata();
        assertThat(keys.whole("a", 0, 10)).isEqualTo(7);
        assertThat(keys.real("b")).isEqualTo(1.5);
        assertThat(keys.real("a")).isEqualTo(7);
        assertThat(keys.flag("c")).isTrue();
        assertThat(keys.text("d")).isEqualTo("Grüße");
        assertThat(keys.texts("e")).containsExactly("x", "yz");
        assertThat(keys.wholes("f")).containsExactly(-1, 2);
        assertThat(file.tensorNames()).containsExactly("t", "u");
        assertThat(file.tensor("t").orElseThrow().elements()).isEqualTo(6);
        assertThat(file.tensor("u").orElseThrow().bytes().byteSize()).isEqualTo(34);
    }

    @Test
    void mapsAFile(@TempDir Path folder) throws Exception {
        Path path = Files.write(
                folder.resolve("x.gguf"), new GgufBytes().whole("a", 7).bytes());
        try (Arena arena = Arena.ofConfined()) {
            assertThat(GgufReader.map(path, arena).metadata().whole("a", 0, 9)).isEqualTo(7);
        }
    }

    @Test
    void namesWhatIsWrongWithTheHeader() {
        refused(
                "no model at all, but long enough".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "not a GGUF file");
        refused(new byte[3], "not a GGUF file");
        refused(new GgufBytes().bytes(2, 0, 0), "version 2");
        refused(new GgufBytes().bytes(3, 0, Long.MAX_VALUE), "the number of keys is 9223372036854775807");
        refused(new GgufBytes().bytes(3, -1, 0), "the number of tensors");
        refused(new GgufBytes().bytes(3, 0, 1), "the number of keys is 1");
    }

    @Test
    void namesTheKeyAtFault() {
        refused(new GgufBytes().whole("k", 1).whole("k", 2).bytes(), "key k", "twice");
        refused(new GgufBytes().key("k", 99, new byte[8]).bytes(), "key k", "type 99");
        byte[] huge = GgufBytes.little(
                20, b -> b.putInt(5).putLong(Long.MAX_VALUE / 4).putLong(0));
        refused(new GgufBytes().key("k", 9, huge).bytes(), "key k", "length");
        byte[] nested = GgufBytes.little(20, b -> b.putInt(9).putLong(1).putLong(0));
        refused(new GgufBytes().key("k", 9, nested).bytes(), "key k", "element type 9");
        byte[] endless = GgufBytes.little(8, b -> b.putLong(1L << 40));
        refused(new GgufBytes().key("k", 8, endless).bytes(), "length of key k");
        refused(new GgufBytes().whole("general.alignment", 24).bytes(), "general.alignment", "power of two");
        refused(new GgufBytes().whole("general.alignment", 4).bytes(), "general.alignment", "not within");
    }

    @Test
    void namesTheTensorAtFault() {
        byte[] some = new byte[64];
        refused(new GgufBytes().tensorAt("t", 77, List.of(32L), 0, some).bytes(), "tensor t", "type 77", "Q8_0");
        refused(
                new GgufBytes()
                        .tensorAt("t", 0, List.of(1L << 40, 1L << 40), 0, some)
                        .bytes(),
                "tensor t",
                "not possible");
        refused(new GgufBytes().tensorAt("t", 0, List.of(0L), 0, some).bytes(), "tensor t", "not possible");
        refused(new GgufBytes().tensorAt("t", 0, List.of(-4L), 0, some).bytes(), "tensor t", "not possible");
        refused(new GgufBytes().tensorAt("t", 0, List.of(1L << 61), 0, some).bytes(), "tensor t", "not possible");
        refused(new GgufBytes().tensorAt("t", 8, List.of(33L), 0, some).bytes(), "tensor t", "blocks of 32");
        refused(new GgufBytes().tensorAt("t", 0, List.of(4L), 8, some).bytes(), "tensor t", "aligned");
        refused(new GgufBytes().tensorAt("t", 0, List.of(4L), -32, some).bytes(), "tensor t", "aligned");
        refused(new GgufBytes().tensorAt("t", 0, List.of(4L), 64, some).bytes(), "tensor t", "beyond");
        refused(
                new GgufBytes()
                        .tensorAt("t", 0, List.of(4L), Long.MAX_VALUE - 31, some)
                        .bytes(),
                "tensor t",
                "beyond");
        refused(
                new GgufBytes()
                        .tensorAt("t", 0, List.of(1L, 1L, 1L, 1L, 1L), 0, some)
                        .bytes(),
                "5 dimensions");
        refused(
                new GgufBytes()
                        .tensorAt("t", 0, List.of(16L), 0, some)
                        .tensorAt("u", 0, List.of(4L), 32, new byte[0])
                        .bytes(),
                "tensor u",
                "overlaps tensor t");
    }

    @Test
    void saysWhatItWantedOfAKey() {
        GgufMetadata keys =
                read(new GgufBytes().text("t", "x").whole("w", 5).bytes()).metadata();
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> keys.whole("t", 0, 1))
                .withMessageContaining("key t: it is a string, not an integer");
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> keys.whole("w", 0, 4))
                .withMessageContaining("5 is not within 0 and 4");
        assertThatExceptionOfType(GgufException.class)
                .isThrownBy(() -> keys.text("none"))
                .withMessageContaining("key none: it is missing");
    }
}
