package dev.parley.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.chat.ChatAnswer;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.FinishReason;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.ToolChoice;
import dev.parley.config.CacheSpec;
import dev.parley.config.Usage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AnswerCache cache = cache(true, 100_000);

    @Test
    void theSameRequestFindsItsAnswerWhateverTheOrderOfItsMembers() {
        CacheKey key = key(body("model", "\"auto\"", "messages", "[1]", "temperature", "0"));
        cache.keep(key, answer("433", FinishReason.STOP));
        CacheKey again = key(body("temperature", "0", "stream", "true", "messages", "[1]", "model", "\"auto\""));
        assertThat(again).isEqualTo(key);
        assertThat(cache.recall(again)).hasValue(answer("433", FinishReason.STOP));
    }

    @Test
    void anyOtherMemberPolicyOrScopeMakesAnotherRequest() {
        Map<String, String> body = body("messages", "[1]", "temperature", "0");
        Map<String, String> more = body("messages", "[1]", "temperature", "0", "unknown_to_us", "1");
        CacheKey key = key(body);
        assertThat(key(more)).isNotEqualTo(key);
        assertThat(cache.key(request(body), "quality", "k", "")).isPresent().isNotEqualTo(Optional.of(key));
        assertThat(cache.key(request(body), "cheap", "other", "")).isPresent().isNotEqualTo(Optional.of(key));
    }

    @Test
    void requestsThatNeedNotHaveTheSameAnswerTakeNoPart() {
        assertThat(maybe(body("messages", "[1]"), "")).isEmpty();
        assertThat(maybe(body("messages", "[1]", "temperature", "0.7"), "")).isEmpty();
        assertThat(maybe(body("messages", "[1]", "temperature", "0", "n", "2"), ""))
                .isEmpty();
        assertThat(maybe(body("input", "[1]", "temperature", "0", "previous_response_id", "\"r\""), ""))
                .isEmpty();
        assertThat(maybe(body("messages", "[1]", "temperature", "0.0"), "")).isPresent();
    }

    @Test
    void cacheControlIsHonoured() {
        Map<String, String> body = body("messages", "[1]", "temperature", "0");
        cache.keep(key(body), answer("old", FinishReason.STOP));
        assertThat(maybe(body, "no-store")).isEmpty();
        CacheKey fresh = maybe(body, "No-Cache").orElseThrow();
        assertThat(cache.recall(fresh)).isEmpty();
        cache.keep(fresh, answer("new", FinishReason.STOP));
        assertThat(cache.recall(key(body))).hasValue(answer("new", FinishReason.STOP));
    }

    @Test
    void answersThatWereCutOffAreNotKept() {
        CacheKey key = key(body("messages", "[1]", "temperature", "0"));
        cache.keep(key, answer("433", FinishReason.LENGTH));
        cache.keep(key, answer("433", FinishReason.CONTENT_FILTER));
        assertThat(cache.recall(key)).isEmpty();
    }

    @Test
    void answersAge() {
        CacheKey key = key(body("messages", "[1]", "temperature", "0"));
        cache.keep(key, answer("433", FinishReason.STOP));
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(cache.recall(key)).isEmpty();
    }

    @Test
    void bytesAreBounded() {
        AnswerCache small = cache(true, 10_000);
        for (int i = 0; i < 100; i++) {
            CacheKey key = small.key(request(body("messages", "[" + i + "]", "temperature", "0")), "p", "k", "")
                    .orElseThrow();
            small.keep(key, answer("x".repeat(500), FinishReason.STOP));
        }
        assertThat(small.weight()).isBetween(1L, 10_000L);
    }

    @Test
    void offMeansOff() {
        assertThat(cache(false, 100_000).key(request(body("messages", "[1]", "temperature", "0")), "p", "k", ""))
                .isEmpty();
    }

    private AnswerCache cache(boolean enabled, long bytes) {
        return new AnswerCache(new CacheSpec(enabled, bytes, Duration.ofMinutes(10)), nanos::get);
    }

    private CacheKey key(Map<String, String> body) {
        return maybe(body, "").orElseThrow();
    }

    private Optional<CacheKey> maybe(Map<String, String> body, String cacheControl) {
        return cache.key(request(body), "cheap", "k", cacheControl);
    }

    private static Map<String, String> body(String... members) {
        Map<String, String> body = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            body.put(members[i], members[i + 1]);
        }
        return body;
    }

    private static ChatRequest request(Map<String, String> body) {
        Map<Setting, RawJson> settings = new LinkedHashMap<>();
        if (body.containsKey("temperature")) {
            settings.put(Setting.TEMPERATURE, new RawJson(body.getOrDefault("temperature", "1")));
        }
        if (body.containsKey("n")) {
            settings.put(Setting.CHOICES, new RawJson(body.getOrDefault("n", "1")));
        }
        Conversation conversation = new Conversation(
                List.of(), List.of(), new ToolChoice.Auto(), new OutputFormat.FreeText(), settings, Map.of());
        return new ChatRequest(Protocol.OPENAI_CHAT, new Members(body), "auto", false, () -> conversation);
    }

    private static ChatAnswer answer(String text, FinishReason reason) {
        return new ChatAnswer(
                "id",
                "m",
                1,
                List.of(new ChatAnswer.Choice(0, List.of(new Part.Text(text)), List.of(), reason, "")),
                Usage.of(1, 1));
    }

    /** A body that only knows its members. */
    private record Members(Map<String, String> members) implements JsonBody {
        @Override
        public Optional<RawJson> member(String name) {
            return Optional.ofNullable(members.get(name)).map(RawJson::new);
        }

        @Override
        public Optional<String> string(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean flag(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> names() {
            return List.copyOf(members.keySet());
        }

        @Override
        public JsonBody with(String name, RawJson value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public JsonBody without(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Slice> slices() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int length() {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] toBytes() {
            throw new UnsupportedOperationException();
        }
    }
}
