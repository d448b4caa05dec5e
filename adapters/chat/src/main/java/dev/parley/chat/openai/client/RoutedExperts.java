package dev.parley.chat.openai.client;

import dev.parley.chat.ExpertUse;
import dev.parley.chat.RawJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the experts that a server tells. vLLM (started with {@code --enable-return-routed-experts}) gives
 * {@code choices[i].routed_experts}, a NumPy file [token, layer, expert] in base64; SGLang gives {@code sglext.routed_experts}, the bare
 * little-endian 32-bit numbers of such an array, whose shape it does not say. Rows are the prompt's tokens and the answer's but the
 * last: the last n rows chose the answer's n tokens.
 */
final class RoutedExperts {
    private static final String MAGIC = "\u0093NUMPY";
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'[<|]([iu])([1248])'");
    private static final Pattern SHAPE =
            Pattern.compile("'shape':\\s*\\((\\d{1,9}),\\s*(\\d{1,9}),\\s*(\\d{1,9}),?\\s*\\)");

    private RoutedExperts() {}

    /** Shape of the array; {@code experts} are per token and layer. */
    private record Shape(int rows, int layers, int experts) {
        int width() {
            return layers * experts;
        }
    }

    /**
     * Empty if the server's form is another: telemetry never breaks an answer.
     *
     * @param input tokens of the prompt
     * @param output tokens of the answer
     */
    static Optional<ExpertUse> read(String base64, long input, long output) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            boolean file = new String(bytes, 0, Math.min(6, bytes.length), StandardCharsets.ISO_8859_1).equals(MAGIC);
            return file ? file(bytes, output) : bare(bytes, input + output - 1, output);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Optional<ExpertUse> file(byte[] bytes, long output) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean first = bytes[6] == 1;
        int start = first ? 10 + Short.toUnsignedInt(buffer.getShort(8)) : Math.addExact(12, buffer.getInt(8));
        String header = new String(bytes, 10, start - 10, StandardCharsets.ISO_8859_1);
        Matcher type = TYPE.matcher(header);
        Matcher shape = SHAPE.matcher(header);
        if (!type.find() || !shape.find() || header.contains("'fortran_order': True")) {
            return Optional.empty();
        }
        Shape sizes = new Shape(
                Integer.parseInt(shape.group(1)), Integer.parseInt(shape.group(2)), Integer.parseInt(shape.group(3)));
        int size = Integer.parseInt(type.group(2));
        long elements = (long) sizes.rows() * sizes.layers() * sizes.experts();
        if (elements * size != bytes.length - start) {
            return Optional.empty();
        }
        long[] numbers = new long[(int) elements];
        for (int i = 0; i < numbers.length; i++) {
            int at = start + i * size;
            numbers[i] = switch (size) {
                case 1 -> Byte.toUnsignedInt(bytes[at]);
                case 2 -> Short.toUnsignedInt(buffer.getShort(at));
                case 4 -> buffer.getInt(at);
                default -> buffer.getLong(at);
            };
        }
        return Optional.of(use(numbers, sizes, output));
    }

    private static Optional<ExpertUse> bare(byte[] bytes, long rows, long output) {
        if (rows < 1 || bytes.length == 0 || bytes.length % (Integer.BYTES * rows) != 0) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] numbers = new long[bytes.length / Integer.BYTES];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = buffer.getInt(i * Integer.BYTES);
        }
        int width = (int) (numbers.length / rows);
        int experts = perLayer(numbers, width);
        return Optional.of(use(numbers, new Shape((int) rows, width / experts, experts), output));
    }

    /** A layer never takes an expert twice, and neighbouring layers soon share one: the longest runs without a repetition are layers. */
    private static int perLayer(long[] numbers, int width) {
        for (int experts = width; experts > 1; experts--) {
            if (width % experts == 0 && distinct(numbers, experts)) {
                return experts;
            }
        }
        return 1;
    }

    private static boolean distinct(long[] numbers, int run) {
        for (int from = 0; from < numbers.length; from += run) {
            Set<Long> seen = new HashSet<>();
            for (int i = from; i < from + run; i++) {
                if (!seen.add(numbers[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    private static ExpertUse use(long[] numbers, Shape shape, long output) {
        StringBuilder json = new StringBuilder("[");
        int from = (int) Math.max(0, shape.rows() - output);
        for (int row = from; row < shape.rows(); row++) {
            json.append(row > from ? ",[" : "[");
            for (int i = 0; i < shape.width(); i++) {
                boolean first = i % shape.experts() == 0;
                json.append(first ? i > 0 ? "],[" : "[" : ",").append(numbers[row * shape.width() + i]);
            }
            json.append("]]");
        }
        return new ExpertUse(
                OptionalDouble.of(shape.experts()),
                List.of(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                new RawJson(json.append(']').toString()),
                true);
    }
}
