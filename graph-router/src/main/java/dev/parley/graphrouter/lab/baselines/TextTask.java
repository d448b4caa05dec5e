package dev.parley.graphrouter.lab.baselines;

import dev.parley.graphrouter.Router;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A softmax classifier of the task over TF-IDF of the words, and the means of the task it picks. */
public final class TextTask implements Contender {
    private static final Pattern WORD = Pattern.compile("\\b\\w\\w+\\b", Pattern.UNICODE_CHARACTER_CLASS);
    private static final int EPOCHS = 12;
    private static final double RATE = 0.5;

    @Override
    public String name() {
        return "TF-IDF task classifier";
    }

    @Override
    public String source() {
        return "multinomial logistic regression over word TF-IDF, then the task table of the predicted task";
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        double[][] overall = train.means();
        Map<String, double[][]> byTask = TaskTable.of(train, overall);
        Classifier classifier = new Classifier(train.texts(), train.tasks(), new SplittableRandom(seed));
        return new Guesses(
                name(),
                train.models(),
                (query, features) -> byTask.getOrDefault(classifier.task(query.text()), overall));
    }

    /** Sparse vector of unit length. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Words(int[] at, float[] value) {}

    private static final class Classifier {
        private final Map<String, Integer> vocabulary = new HashMap<>();
        private final double[] rarity;
        private final List<String> tasks;
        private final float[][] weights; // [word][task]
        private final float[][] squares; // Adagrad's sums

        Classifier(List<String> texts, List<String> taskOf, SplittableRandom random) {
            tasks = List.copyOf(new TreeSet<>(taskOf));
            Map<String, Integer> counts = new HashMap<>();
            for (String text : texts) {
                words(text).keySet().forEach(word -> counts.merge(word, 1, Integer::sum));
            }
            List<Double> rarities = new ArrayList<>();
            counts.forEach((word, n) -> {
                if (n > 1) {
                    vocabulary.put(word, vocabulary.size());
                    rarities.add(1 + Math.log((1.0 + texts.size()) / (1 + n)));
                }
            });
            rarity = rarities.stream().mapToDouble(r -> r).toArray();
            weights = new float[rarity.length][tasks.size()];
            squares = new float[rarity.length][tasks.size()];
            List<Words> vectors = texts.stream().map(this::vector).toList();
            for (int i = 0; i < EPOCHS * vectors.size(); i++) {
                int q = random.nextInt(vectors.size());
                learn(vectors.get(q), tasks.indexOf(taskOf.get(q)));
            }
        }

        private static Map<String, Integer> words(String text) {
            Map<String, Integer> words = new HashMap<>();
            Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
            while (matcher.find()) {
                words.merge(matcher.group(), 1, Integer::sum);
            }
            return words;
        }

        private Words vector(String text) {
            List<Integer> at = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            double square = 0;
            for (Map.Entry<String, Integer> word : words(text).entrySet()) {
                Integer index = vocabulary.get(word.getKey());
                if (index != null) {
                    double value = (1 + Math.log(word.getValue())) * rarity[index];
                    at.add(index);
                    values.add(value);
                    square += value * value;
                }
            }
            float[] unit = new float[values.size()];
            for (int i = 0; i < unit.length; i++) {
                unit[i] = (float) (values.get(i) / Math.sqrt(square));
            }
            return new Words(at.stream().mapToInt(i -> i).toArray(), unit);
        }

        private double[] shares(Words words) {
            double[] shares = new double[tasks.size()];
            for (int i = 0; i < words.at.length; i++) {
                float[] row = weights[words.at[i]];
                for (int t = 0; t < shares.length; t++) {
                    shares[t] += words.value[i] * row[t];
                }
            }
            double most = Double.NEGATIVE_INFINITY;
            for (double s : shares) {
                most = Math.max(most, s);
            }
            double sum = 0;
            for (int t = 0; t < shares.length; t++) {
                shares[t] = Math.exp(shares[t] - most);
                sum += shares[t];
            }
            for (int t = 0; t < shares.length; t++) {
                shares[t] /= sum;
            }
            return shares;
        }

        private void learn(Words words, int task) {
            double[] slope = shares(words);
            slope[task] -= 1;
            for (int i = 0; i < words.at.length; i++) {
                float[] row = weights[words.at[i]];
                float[] square = squares[words.at[i]];
                for (int t = 0; t < slope.length; t++) {
                    float g = (float) slope[t] * words.value[i];
                    square[t] += g * g;
                    row[t] -= (float) (RATE * g / (Math.sqrt(square[t]) + 1e-6));
                }
            }
        }

        String task(String text) {
            double[] shares = shares(vector(text));
            int best = 0;
            for (int t = 1; t < shares.length; t++) {
                best = shares[t] > shares[best] ? t : best;
            }
            return tasks.get(best);
        }
    }
}
