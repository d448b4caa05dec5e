package dev.parley.moe.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class TextStreamPropertyTest {

    /** Feeds the bytes in pieces; gives all that was shown. */
    private static String shown(TextStream stream, byte[] bytes, int piece) {
        StringBuilder shown = new StringBuilder();
        for (int from = 0; from < bytes.length && !stream.stopped(); from += piece) {
            String text = stream.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
            assertThat(text.isEmpty() || !Character.isHighSurrogate(text.charAt(text.length() - 1)))
                    .isTrue();
            shown.append(text);
        }
        return shown.append(stream.end()).toString();
    }

    @Property(tries = 300)
    void anyCutGivesTheText(@ForAll String text, @ForAll @IntRange(min = 1, max = 7) int piece) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String sent = new String(bytes, StandardCharsets.UTF_8);
        assertThat(shown(new TextStream(List.of()), bytes, piece)).isEqualTo(sent);
    }

    @Property(tries = 300)
    void anyBytesReadAsJavaReadsThem(@ForAll byte[] bytes, @ForAll @IntRange(min = 1, max = 7) int piece) {
        assertThat(shown(new TextStream(List.of()), bytes, piece)).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void textBeforeTheFirstStopIsShownAndNoMore(
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 30) String text,
            @ForAll @Size(max = 3)
                    List<@CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 4) String> stops) {
        TextStream stream = new TextStream(stops);
        String shown = shown(stream, text.getBytes(StandardCharsets.UTF_8), 1);
        int end = text.length() + 1;
        for (String stop : stops) {
            int at = text.indexOf(stop);
            end = at < 0 ? end : Math.min(end, at + stop.length());
        }
        if (end > text.length()) {
            assertThat(shown).isEqualTo(text);
            assertThat(stream.stopped()).isFalse();
        } else {
            assertThat(text).startsWith(shown + stream.hit());
            assertThat(stops).contains(stream.hit()).noneMatch(shown::contains);
            assertThat(shown.length() + stream.hit().length()).isEqualTo(end);
        }
    }

    @Example
    void holdsBackWhatMayBecomeAStop() {
        TextStream stream = new TextStream(List.of("END", "xy"));
        assertThat(stream.add("a E".getBytes(StandardCharsets.UTF_8))).isEqualTo("a ");
        assertThat(stream.add("N".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(stream.add("T".getBytes(StandardCharsets.UTF_8))).isEqualTo("ENT");
        assertThat(stream.add("EN".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(stream.end()).isEqualTo("EN");
    }
}
