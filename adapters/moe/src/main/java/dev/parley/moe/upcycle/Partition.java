package dev.parley.moe.upcycle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Cuts the neurons of a feed-forward part into groups of one size: those that work on every text, and groups of neurons that work at the
 * same tokens, found by balanced spherical k-means over their contributions (MoEfication, arXiv:2110.01786; the always-on group after CMoE,
 * arXiv:2502.04416).
 *
 * @param shared neurons of the always-on group, in ascending order
 * @param experts [expert][...] neurons, in ascending order
 */
record Partition(List<Integer> shared, List<List<Integer>> experts) {
    private static final int ROUNDS = 10;

    Partition {
        shared = List.copyOf(shared);
        experts = List.copyOf(experts);
    }

    /**
     * @param contributions [neuron][sample], not negative: how much a neuron adds to the output at a token
     * @param sharedSize neurons of the always-on group: those that contribute most on average
     * @param count of the other groups, which divide the rest evenly
     */
    static Partition byActivation(float[][] contributions, int sharedSize, int count) {
        double[] means = new double[contributions.length];
        for (int n = 0; n < means.length; n++) {
            for (float c : contributions[n]) {
                means[n] += c;
            }
        }
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, contributions.length).boxed().toList());
        order.sort(Comparator.comparingDouble((Integer n) -> -means[n]));
        List<Integer> rest = sorted(order.subList(sharedSize, order.size()));
        float[][] directions = rest.stream().map(n -> unit(contributions[n])).toArray(float[][]::new);
        int[] group = clusters(directions, count);
        List<List<Integer>> experts = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            int expert = e;
            experts.add(IntStream.range(0, group.length)
                    .filter(i -> group[i] == expert)
                    .mapToObj(rest::get)
                    .toList());
        }
        return new Partition(sorted(order.subList(0, sharedSize)), experts);
    }

    /** Groups drawn at random, to see what the other way gains. */
    static Partition atRandom(int neurons, int sharedSize, int count, RandomGenerator random) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, neurons).boxed().toList());
        for (int i = neurons - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        int size = (neurons - sharedSize) / count;
        List<List<Integer>> experts = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            experts.add(sorted(order.subList(sharedSize + e * size, sharedSize + (e + 1) * size)));
        }
        return new Partition(sorted(order.subList(0, sharedSize)), experts);
    }

    private static List<Integer> sorted(List<Integer> neurons) {
        return neurons.stream().sorted().toList();
    }

    private static float[] unit(float[] values) {
        double squares = 0;
        for (float v : values) {
            squares += v * v;
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = values[i] * scale;
        }
        return scaled;
    }

    /** The group of each vector; all groups have one size. */
    private static int[] clusters(float[][] vectors, int count) {
        float[][] centres = farApart(vectors, count);
        int[] group = new int[vectors.length];
        for (int round = 0; round < ROUNDS; round++) {
            int[] next = assign(vectors, centres);
            if (round > 0 && Arrays.equals(next, group)) {
                break;
            }
            group = next;
            centres = centres(vectors, group, count);
        }
        return group;
    }

    /** The first vector, then always the one least like those taken. */
    private static float[][] farApart(float[][] vectors, int count) {
        float[][] centres = new float[count][];
        double[] nearest = new double[vectors.length];
        Arrays.fill(nearest, -1);
        int next = 0;
        for (int e = 0; e < count; e++) {
            centres[e] = vectors[next];
            for (int i = 0; i < vectors.length; i++) {
                nearest[i] = Math.max(nearest[i], dot(vectors[i], centres[e]));
            }
            next = leastOf(nearest);
        }
        return centres;
    }

    private static int leastOf(double[] values) {
        int least = 0;
        for (int i = 1; i < values.length; i++) {
            least = values[i] < values[least] ? i : least;
        }
        return least;
    }

    private record Pair(int vector, int centre, float likeness) {}

    /** Each vector to the centre most like it that has room, the most alike pairs first. */
    private static int[] assign(float[][] vectors, float[][] centres) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            for (int e = 0; e < centres.length; e++) {
                pairs.add(new Pair(i, e, dot(vectors[i], centres[e])));
            }
        }
        pairs.sort(Comparator.comparingDouble((Pair p) -> -p.likeness()));
        int[] group = new int[vectors.length];
        Arrays.fill(group, -1);
        int[] members = new int[centres.length];
        for (Pair pair : pairs) {
            if (group[pair.vector()] < 0 && members[pair.centre()] < vectors.length / centres.length) {
                group[pair.vector()] = pair.centre();
                members[pair.centre()]++;
            }
        }
        return group;
    }

    private static float[][] centres(float[][] vectors, int[] group, int count) {
        float[][] sums = new float[count][vectors[0].length];
        for (int i = 0; i < vectors.length; i++) {
            float[] sum = sums[group[i]];
            for (int t = 0; t < sum.length; t++) {
                sum[t] += vectors[i][t];
            }
        }
        for (int e = 0; e < count; e++) {
            sums[e] = unit(sums[e]);
        }
        return sums;
    }

    private static float dot(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
