package dev.parley.chat.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.chat.ChatFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SseReaderPropertyTest {
    private record Event(String name, String data) {}

    private static final class Seen implements SseReader.Sink {
        final List<Event> events = new ArrayList<>();
        int comments;

        @Override
        public void event(String name, byte[] bytes, int start, int end) {
            events.add(new Event(name, new String(bytes, start, end - start, StandardCharsets.UTF_8)));
        }

        @Override
        public void comment() {
            comments++;
        }
    }

    private static Seen read(String text) {
        Seen seen = new Seen();
        SseReader reader = new SseReader(seen);
        reader.feed(text.getBytes(StandardCharsets.UTF_8));
        reader.end();
        return seen;
    }

    @Property(tries = 1000)
    void cutsAndLineEndsDoNotMatter(@ForAll long seed, @ForAll @IntRange(min = 0, max = 2) int lineEnd) {
        Random random = new Random(seed);
        List<Event> events = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int comments = 0;
        String eol = List.of("\n", "\r\n", "\r").get(lineEnd);
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = random.nextBoolean() ? "" : "ev" + i;
            List<String> lines = new ArrayList<>();
            for (int k = random.nextInt(3); k >= 0; k--) {
                lines.add(List.of("", "x", " two", "{\"é\":\"😀\"}", "a:b").get(random.nextInt(5)));
            }
            text.append(random.nextInt(3) == 0 ? ": beat" + eol : "");
            comments += text.toString().endsWith(": beat" + eol) ? 1 : 0;
            text.append(random.nextInt(3) == 0 ? "id: 7" + eol + "retry:5" + eol : "");
            text.append(name.isEmpty() ? "" : "event: " + name + eol);
            for (String line : lines) {
                text.append(line.startsWith(" ") || random.nextBoolean() ? "data: " : "data:")
                        .append(line)
                        .append(eol);
            }
            text.append(i == 1 && random.nextBoolean() ? "" : eol);
            events.add(new Event(name, String.join("\n", lines)));
        }
        Seen seen = new Seen();
        SseReader reader = new SseReader(seen);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (at < bytes.length) {
            int to = Math.min(bytes.length, at + 1 + random.nextInt(1 + random.nextInt(20)));
            byte[] piece = Arrays.copyOfRange(bytes, at, to);
            reader.feed(piece);
            Arrays.fill(piece, (byte) '!');
            at = to;
        }
        reader.end();
        assertThat(seen.events).isEqualTo(events);
        assertThat(seen.comments).isEqualTo(comments);
    }

    @Example
    void givesAnEventAsSoonAsItsBlankLineIsThere() {
        Seen seen = new Seen();
        SseReader reader = new SseReader(seen);
        reader.feed("data: a\r\n\r".getBytes(StandardCharsets.UTF_8));
        assertThat(seen.events).containsExactly(new Event("", "a"));
        reader.feed("\ndata: b\n\n".getBytes(StandardCharsets.UTF_8));
        assertThat(seen.events).containsExactly(new Event("", "a"), new Event("", "b"));
    }

    @Example
    void skipsAByteOrderMarkAndUnknownFields() {
        assertThat(read("\uFEFFdata: a\nfoo\nbar: x\n\ndata\n\nevent: only\n\n").events)
                .containsExactly(new Event("", "a"), new Event("", ""));
    }

    @Example
    void takesAMebibyteAndRefusesAnEndlessEvent() {
        String big = "x".repeat(1 << 20);
        assertThat(read("data: " + big + "\n\n").events).containsExactly(new Event("", big));
        SseReader reader = new SseReader(new Seen());
        byte[] piece = big.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        reader.feed(piece);
                    }
                })
                .isInstanceOf(ChatFailure.class);
    }

    @Example
    void writesWhatItReads() {
        SseWriter writer = new SseWriter(1);
        byte[] json = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        writer.data(json).heartbeat().event("e").open().add(json, 0, 7).close().done();
        String text = writer.take().toString();
        assertThat(text).isEqualTo("data: {\"a\":1}\n\n: keep-alive\n\nevent: e\ndata: {\"a\":1}\n\ndata: [DONE]\n\n");
        assertThat(read(text).events).hasSize(3);
        assertThat(writer.isEmpty()).isTrue();
    }
}
