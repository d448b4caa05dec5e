package dev.parley.chat.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private final List<String> lines = new ArrayList<>();
    private final LineReader reader = new LineReader(
            (bytes, start, end) -> lines.add(new String(bytes, start, end - start, StandardCharsets.UTF_8)));

    private void feed(String text) {
        reader.feed(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void linesComeWholeWithoutTheirEnds() {
        feed("a\r\n\n  \nb");
        feed("c");
        feed("d\ne\n\r\n");
        feed("f é");
        assertThat(lines).containsExactly("a", "bcd", "e");
        reader.end();
        assertThat(lines).containsExactly("a", "bcd", "e", "f é");
    }

    @Test
    void aLineCannotGrowForEver() {
        byte[] much = new byte[4 << 20];
        Arrays.fill(much, (byte) 'x');
        reader.feed(much);
        Assertions.assertThatThrownBy(() -> {
                    reader.feed(much);
                    reader.feed(much);
                })
                .isInstanceOf(ChatFailure.class);
    }
}
