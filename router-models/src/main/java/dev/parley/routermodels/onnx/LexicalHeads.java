package dev.parley.routermodels.onnx;

import dev.parley.routermodels.Complexity;
import dev.parley.routermodels.Grams;
import dev.parley.routermodels.Language;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The heads on a bag of hashed n-grams (lexical.onnx, made by {@code make train}), for queries whose embedding is late. Some tens of
 * microseconds: cheap enough for an event loop, where ONNX Runtime has no place, so the file's weights are applied here; a test holds
 * the result to ONNX Runtime's. Immutable, thread-safe. Source: embedding bags, Joulin et al. 2016; distillation, Hinton et al. 2015.
 */
final class LexicalHeads {
    private static final String FILE = "/dev/parley/routermodels/models/lexical.onnx";
    private static final int LANGUAGE_CHARS = 80; // as in training: more cost time and tell a language no better

    private final SkillSpace space;
    private final float[] bag; // [buckets, width]
    private final int width;
    private final Weights.Layer shown;
    private final Weights.Layer mix;
    private final Weights.Layer domain;
    private final Weights.Layer difficulty;
    private final Weights.Layer tokens;
    private final Weights.Layer flags;
    private final Weights.Layer involvedMix;
    private final Weights.Layer involved;
    private final List<String> languages;
    private final Weights.Layer tongues; // [buckets, languages]

    private LexicalHeads(SkillSpace space, List<String> languages, Weights weights) {
        this.space = space;
        this.languages = languages;
        this.tongues = weights.layer("languages");
        this.involvedMix = weights.layer("involved.mix");
        this.involved = weights.layer("involved.domain");
        this.bag = weights.of("bag.w");
        this.shown = weights.layer("of_complexity");
        this.mix = weights.layer("mix");
        this.domain = weights.layer("domain");
        this.difficulty = weights.layer("difficulty");
        this.tokens = weights.layer("tokens");
        this.flags = weights.layer("flags");
        this.width = shown.bias().length;
    }

    /** Reads the shipped weights. */
    static LexicalHeads open() {
        long[] one = {1};
        Weights weights =
                Weights.read(FILE, Map.of("feat", new long[] {1, Complexity.SIZE}), Map.of("ids", one, "signs", one));
        return new LexicalHeads(
                Heads.space(weights.metadata(), FILE), Heads.names(weights.metadata(), "languages", FILE), weights);
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
        return signs.size == 0
                ? new Language(Language.UNKNOWN, 0)
                : language(signs.mean(tongues.w(), languages.size()));
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
            logits[i] += tongues.bias()[i];
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
