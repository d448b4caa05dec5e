package dev.parley.routermodels.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parley.routermodels.Complexity;
import dev.parley.routermodels.Grams;
import dev.parley.routermodels.Language;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * The heads on a bag of hashed n-grams (lexical.onnx, made by {@code make train}), for queries whose embedding is late. Some tens of
 * microseconds: cheap enough for an event loop, where ONNX Runtime has no place, so the file's weights are applied here; a test holds
 * the result to ONNX Runtime's. Immutable, thread-safe. Source: embedding bags, Joulin et al. 2016; distillation, Hinton et al. 2015.
 */
final class LexicalHeads {
    private static final String FILE = "/dev/parley/routermodels/models/lexical.onnx";
    private static final String PREFIX = "weights.";
    private static final int LANGUAGE_CHARS = 80; // as in training: more cost time and tell a language no better

    private final SkillSpace space;
    private final float[] bag; // [buckets, width]
    private final int width;
    private final Layer shown;
    private final Layer mix;
    private final Layer domain;
    private final Layer difficulty;
    private final Layer tokens;
    private final Layer flags;
    private final Layer involvedMix;
    private final Layer involved;
    private final List<String> languages;
    private final Layer tongues; // [buckets, languages]

    private LexicalHeads(SkillSpace space, List<String> languages, Map<String, float[]> weights) {
        this.space = space;
        this.languages = languages;
        this.tongues = Layer.of(weights, "languages");
        this.involvedMix = Layer.of(weights, "involved.mix");
        this.involved = Layer.of(weights, "involved.domain");
        this.bag = weight(weights, "bag.w");
        this.shown = Layer.of(weights, "of_complexity");
        this.mix = Layer.of(weights, "mix");
        this.domain = Layer.of(weights, "domain");
        this.difficulty = Layer.of(weights, "difficulty");
        this.tokens = Layer.of(weights, "tokens");
        this.flags = Layer.of(weights, "flags");
        this.width = shown.bias.length;
    }

    /** y = x w + b. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Layer(float[] w, float[] bias) { // [in, out], [out]
        static Layer of(Map<String, float[]> weights, String name) {
            return new Layer(weight(weights, name + ".w"), weight(weights, name + ".b"));
        }

        float[] apply(float[] x) {
            float[] y = bias.clone();
            for (int i = 0; i < x.length; i++) {
                if (x[i] != 0) {
                    for (int o = 0; o < y.length; o++) {
                        y[o] += x[i] * w[i * y.length + o];
                    }
                }
            }
            return y;
        }
    }

    private static float[] weight(Map<String, float[]> weights, String name) {
        float[] weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException(FILE + " lacks the weights '" + name + "': run `make train`");
        }
        return weight;
    }

    /** Reads the shipped weights. */
    static LexicalHeads open() {
        OrtEnvironment environment = OrtRuntime.environment();
        try (OrtSession.SessionOptions options = OrtRuntime.options();
                OrtSession session = environment.createSession(Heads.bytes(FILE), options)) {
            Map<String, String> metadata = session.getMetadata().getCustomMetadata();
            return new LexicalHeads(
                    Heads.space(metadata, FILE),
                    Heads.names(metadata, "languages", FILE),
                    weights(environment, session));
        } catch (OrtException e) {
            throw new IllegalStateException("cannot open " + FILE + ": " + e.getMessage(), e);
        }
    }

    /** The file gives its weights out like results: no other reader of ONNX files is needed. */
    private static Map<String, float[]> weights(OrtEnvironment environment, OrtSession session) throws OrtException {
        Set<String> wanted = new java.util.HashSet<>(session.getOutputNames());
        wanted.removeIf(name -> !name.startsWith(PREFIX));
        Map<String, float[]> weights = new HashMap<>();
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[1]), new long[] {1});
                OnnxTensor feat = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(new float[Complexity.SIZE]), new long[] {1, Complexity.SIZE});
                OrtSession.Result result = session.run(Map.of("ids", ids, "signs", ids, "feat", feat), wanted)) {
            for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
                FloatBuffer buffer = ((OnnxTensor) entry.getValue()).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                weights.put(entry.getKey().substring(PREFIX.length()), values);
            }
        }
        return weights;
    }

    QueryProfile read(String text) {
        Surface surface = surface(text);
        float[] h = relu(mix.apply(relu(surface.bag.clone())));
        Seen seen = seen(surface);
        return new QueryProfile(
                space,
                softmax(domain.apply(h)),
                seen.involved,
                difficulty.apply(h)[0],
                Math.exp(tokens.apply(h)[0]),
                sigmoid(flags.apply(h)),
                seen.language);
    }

    /**
     * What is told from the surface whether or not there is an embedding.
     *
     * @param involved [domains] chances, as in {@link QueryProfile}
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(float[] involved, Language language) {}

    Seen seen(String text) {
        return seen(surface(text));
    }

    private Seen seen(Surface surface) {
        float[] several = sigmoid(involved.apply(relu(involvedMix.apply(surface.bag))));
        return new Seen(several, surface.language);
    }

    /**
     * Means of a text's n-grams.
     *
     * @param bag [width] with its complexity
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Surface(float[] bag, Language language) {}

    private Surface surface(String text) {
        Hashes words = new Hashes();
        Grams.each(text, words);
        float[] seen = shown.apply(Complexity.of(text));
        float[] mean = words.mean(bag, width);
        for (int i = 0; i < width; i++) {
            seen[i] += mean[i];
        }
        return new Surface(seen, language(text));
    }

    private Language language(String text) {
        Hashes signs = new Hashes();
        String start = text.substring(0, Math.min(text.length(), LANGUAGE_CHARS));
        Grams.each(start, signs);
        Grams.signs(start, signs);
        return signs.size == 0 ? new Language(Language.UNKNOWN, 0) : language(signs.mean(tongues.w, languages.size()));
    }

    private static float[] relu(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i]);
        }
        return values;
    }

    /** Names of the languages told apart. */
    List<String> languages() {
        return languages;
    }

    private Language language(float[] logits) {
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
            logits[i] += tongues.bias[i];
            best = logits[i] > logits[best] ? i : best;
        }
        return new Language(languages.get(best), softmax(logits)[best]);
    }

    /** Numbers of rows of a table. Gathered first, for a call at each n-gram keeps the JIT from a tight loop. */
    private static final class Hashes implements IntConsumer {
        private int[] values = new int[1024];
        private int size;

        @Override
        public void accept(int hash) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = hash;
        }

        /**
         * Mean [width] of the rows of a table [buckets, width]; row 0 if there is none, as in training. Four rows at once, for they lie far
         * apart and each is waited for: 18 ns a row instead of 37.
         */
        float[] mean(float[] table, int width) {
            int mask = table.length / width - 1;
            float[] mean = new float[width];
            if (size == 0) {
                accept(0);
            }
            int n = 0;
            for (; n + 4 <= size; n += 4) {
                int a = (values[n] & mask) * width;
                int b = (values[n + 1] & mask) * width;
                int c = (values[n + 2] & mask) * width;
                int d = (values[n + 3] & mask) * width;
                for (int i = 0; i < width; i++) {
                    mean[i] += (table[a + i] + table[b + i]) + (table[c + i] + table[d + i]);
                }
            }
            for (; n < size; n++) {
                int row = (values[n] & mask) * width;
                for (int i = 0; i < width; i++) {
                    mean[i] += table[row + i];
                }
            }
            for (int i = 0; i < width; i++) {
                mean[i] /= size;
            }
            return mean;
        }
    }

    private static float[] softmax(float[] logits) {
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        float sum = 0;
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.exp(logits[i] - most);
            sum += logits[i];
        }
        for (int i = 0; i < logits.length; i++) {
            logits[i] /= sum;
        }
        return logits;
    }

    private static float[] sigmoid(float[] logits) {
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) SkillSpace.sigmoid(logits[i]);
        }
        return logits;
    }
}
