package dev.parley.moe.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.moe.engine.GgufBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Tiny checkpoints whose logits transformers has computed (training/checkpoints.py), by the names of their classes. */
public final class GoldenCheckpoint {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.role }}{% endfor %}";

    private GoldenCheckpoint() {}

    /** All there are. */
    public static Stream<String> names() throws IOException {
        return all().properties().stream().map(Map.Entry::getKey);
    }

    /** Its config.json, tensors' shapes, tokens, and logits of the last ones. */
    public static JsonNode of(String name) throws IOException {
        return all().path(name);
    }

    private static JsonNode all() throws IOException {
        try (InputStream in = GoldenCheckpoint.class.getResourceAsStream("/golden/checkpoints.json")) {
            return JSON.readTree(Objects.requireNonNull(in));
        }
    }

    /** As checkpoints.py computes them. */
    private static float[] weights(String name, List<Integer> shape) {
        long seed = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (b & 0xFF)) * 0x100000001B3L;
        }
        int count = shape.stream().reduce(1, (a, b) -> a * b);
        float scale = (float) (shape.size() == 1 ? 1 : 5 / Math.sqrt(shape.getLast()));
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            float unit = ((z ^ (z >>> 31)) >>> 40) / (float) (1 << 24) - 0.5f;
            values[i] = name.contains("norm") || name.contains("correction") ? 1 + 0.4f * unit : scale * unit;
        }
        return values;
    }

    /** The tokens whose logits are known. */
    public static int[] tokens(String name) throws IOException {
        return StreamSupport.stream(of(name).path("tokens").spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }

    /** Writes the checkpoint as transformers would, and tensors that it does not know besides; gives its config.json. */
    public static ObjectNode write(Path folder, String name, Map<String, List<Integer>> besides) throws IOException {
        JsonNode golden = of(name);
        ObjectNode config = golden.path("config").deepCopy();
        Files.writeString(folder.resolve("config.json"), config.toString());
        ObjectNode shapes = golden.path("shapes").deepCopy();
        besides.forEach((tensor, shape) -> shapes.set(tensor, JSON.valueToTree(shape)));
        Files.write(folder.resolve("model.safetensors"), tensors(shapes));
        ObjectNode tokenizer = tokenizer();
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
        ObjectNode settings =
                JSON.createObjectNode().put("chat_template", TEMPLATE).put("eos_token", "<|im_end|>");
        Files.writeString(folder.resolve("tokenizer_config.json"), settings.toString());
        return config;
    }

    private static byte[] tensors(JsonNode shapes) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Map.Entry<String, JsonNode> entry : shapes.properties()) {
            List<Integer> shape = StreamSupport.stream(entry.getValue().spliterator(), false)
                    .map(JsonNode::asInt)
                    .toList();
            float[] values = weights(entry.getKey(), shape);
            ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
            tensor.set("shape", entry.getValue());
            tensor.putArray("data_offsets").add(data.size()).add(data.size() + 4 * values.length);
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                bytes.putFloat(value);
            }
            data.writeBytes(bytes.array());
        }
        byte[] json = JSON.writeValueAsBytes(header);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        out.writeBytes(json);
        out.writeBytes(data.toByteArray());
        return out.toByteArray();
    }

    /** Bytes, one merge, and ChatML's tokens. */
    private static ObjectNode tokenizer() {
        ObjectNode tokenizer = JSON.createObjectNode();
        ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        GgufBytes.byteLetters().forEach(letter -> vocabulary.put(letter, vocabulary.size()));
        vocabulary.put("he", 258);
        model.putArray("merges").add("h e");
        ArrayNode added = tokenizer.putArray("added_tokens");
        added.addObject().put("id", 256).put("content", "<|im_start|>").put("special", true);
        added.addObject().put("id", 257).put("content", "<|im_end|>").put("special", true);
        tokenizer.putObject("pre_tokenizer").put("type", "ByteLevel");
        return tokenizer;
    }
}
