package dev.parley.chat.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ScannedBodyPropertyTest {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final List<String> NAMES = List.of("model", "messages", "stream");

    @Property(tries = 400)
    void readsWhatJacksonReads(@ForAll long seed, @ForAll boolean pretty) throws IOException {
        ObjectNode tree = object(new Random(seed), 3);
        byte[] bytes = bytes(tree, pretty);
        tree = (ObjectNode) MAPPER.readTree(bytes);
        JsonBody body = ScannedBody.of(bytes);
        assertThat(body.toBytes()).isEqualTo(bytes);
        assertThat(body.names()).containsExactlyElementsOf(names(tree));
        for (String name : names(tree)) {
            assertThat(MAPPER.readTree(body.member(name).orElseThrow().text())).isEqualTo(tree.get(name));
        }
        assertThat(rebuilt(JsonView.of(body))).isEqualTo(tree);
    }

    @Property(tries = 400)
    void editsAreTreeEdits(@ForAll long seed, @ForAll boolean pretty) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = bytes(object(random, 2), pretty);
        JsonBody body = ScannedBody.of(bytes);
        ObjectNode expected = (ObjectNode) MAPPER.readTree(bytes);
        for (int i = 0; i < 4; i++) {
            List<String> names = names(expected);
            String name = names.isEmpty() || random.nextInt(3) == 0
                    ? "new" + random.nextInt(3)
                    : names.get(random.nextInt(names.size()));
            if (random.nextBoolean()) {
                body = body.without(name);
                expected.remove(name);
            } else {
                body = body.with(name, new RawJson("[\"é\"," + i + "]"));
                expected.putArray(name).add("é").add(i);
            }
            assertThat(MAPPER.readTree(body.toBytes())).isEqualTo(expected);
            assertThat(body.names()).containsExactlyElementsOf(names(expected));
            assertThat(body.length()).isEqualTo(body.toBytes().length);
        }
        // A rescan of the edited bytes must find the same members.
        assertThat(ScannedBody.of(body.toBytes()).names()).isEqualTo(body.names());
    }

    @Property(tries = 2000)
    void agreesWithJacksonOnDamagedJson(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = bytes(object(random, 2), false);
        byte[] alphabet = "{}[]\",:\\u0e-1tn \n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i <= random.nextInt(2); i++) {
            bytes[random.nextInt(bytes.length)] =
                    random.nextInt(4) == 0 ? (byte) random.nextInt(256) : alphabet[random.nextInt(alphabet.length)];
        }
        boolean ours;
        try {
            ScannedBody.of(bytes);
            ours = true;
        } catch (ChatFailure e) {
            assertThat(e.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST);
            ours = false;
        }
        // Jackson tolerates some invalid UTF-8 and refuses nested duplicates; else both must agree.
        if (ours) {
            assertThat(jacksonReads(bytes) || mayDiffer(bytes)).isTrue();
        } else if (isUtf8(bytes)) {
            assertThat(jacksonReads(bytes)).isFalse();
        }
    }

    @Property(tries = 500)
    void garbageOnlyThrowsChatFailure(@ForAll byte[] bytes) {
        try {
            ScannedBody.of(bytes);
        } catch (ChatFailure e) {
            assertThat(e.kind()).isEqualTo(ChatFailure.Kind.BAD_REQUEST);
        }
    }

    @Property(tries = 500)
    void quotesWhatJacksonReads(@ForAll String text) throws IOException {
        String quoted = JsonText.quote(text);
        assertThat(MAPPER.readTree(quoted).textValue()).isEqualTo(text);
        byte[] bytes = quoted.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(JsonView.answer(bytes).string()).isEqualTo(text);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            java.nio.charset.StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
            return true;
        } catch (java.nio.charset.CharacterCodingException e) {
            return false;
        }
    }

    private static boolean jacksonReads(byte[] bytes) {
        try {
            return MAPPER.readTree(bytes) instanceof ObjectNode;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    /** Nested duplicates and numbers beyond Jackson's limits are fine with us. */
    private static boolean mayDiffer(byte[] bytes) {
        try {
            MAPPER.readTree(bytes);
            return false;
        } catch (IOException e) {
            return e.toString().contains("Duplicate") || e.toString().contains("exceeds");
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static JsonNode rebuilt(JsonView view) throws JsonProcessingException {
        if (view.isObject()) {
            ObjectNode node = MAPPER.createObjectNode();
            for (var member : view.members().entrySet()) {
                node.set(member.getKey(), rebuilt(member.getValue()));
            }
            return node;
        }
        if (view.isArray()) {
            var node = MAPPER.createArrayNode();
            for (JsonView item : view.items()) {
                node.add(rebuilt(item));
            }
            return node;
        }
        return view.isString()
                ? JsonNodeFactory.instance.textNode(view.string())
                : MAPPER.readTree(view.raw().text());
    }

    private static List<String> names(ObjectNode node) {
        return node.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    private static byte[] bytes(JsonNode tree, boolean pretty) throws IOException {
        return pretty
                ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree)
                : MAPPER.writeValueAsBytes(tree);
    }

    private static ObjectNode object(Random random, int depth) {
        ObjectNode node = MAPPER.createObjectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
            String name = random.nextBoolean() ? NAMES.get(random.nextInt(NAMES.size())) : text(random, 6);
            node.set(name, value(random, depth));
        }
        return node;
    }

    private static JsonNode value(Random random, int depth) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 5 : 8)) {
            case 0, 1 -> factory.textNode(text(random, 30));
            case 2 -> factory.numberNode(random.nextLong() >> random.nextInt(64));
            case 3 -> factory.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
            case 4 -> random.nextBoolean() ? factory.nullNode() : factory.booleanNode(random.nextBoolean());
            case 5 -> MAPPER.createArrayNode().add(value(random, depth - 1)).add(value(random, depth - 1));
            default -> object(random, depth - 1);
        };
    }

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append("\"\\\b\f\n\r\t/".charAt(random.nextInt(8)));
                case 1 -> text.appendCodePoint(random.nextInt(0xD800));
                case 2 -> text.appendCodePoint(0xE000 + random.nextInt(0x110000 - 0xE000));
                case 3 -> text.append((char) random.nextInt(' '));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }
}
