package dev.parley.moe.engine.study;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How steadily neighbouring tokens choose the same experts, which is what keeping some experts at hand lives on (Not All Models Suit
 * Expert Offloading, arXiv:2505.16056). Its two measures as we read them, means over layers and whole segments:
 *
 * @param segment tokens in a row
 * @param srp Segment Routing Best Performance: how well one fixed group of experts stands for the whole segment, at best; the F1 of
 *     what the group covers of the choices and what of the group is used, in (0, 1]
 * @param sch Segment Cache Best Hit Rate: share of the choices that a cache serves which holds the segment's best experts
 * @param segments seen; with 0 the figures mean nothing
 */
public record Locality(int segment, double srp, double sch, int segments) {

    /**
     * @param cached experts a layer in the cache
     */
    public static Locality of(List<GateTrace> traces, Sizes sizes, int segment, int cached) {
        return new Sum(sizes, segment, cached).over(traces, (layer, trace) -> trace.chosen(layer));
    }

    /** The same for choices by chance, as many and as long. */
    public static Locality byChance(List<GateTrace> traces, Sizes sizes, int segment, int cached) {
        SplittableRandom random = new SplittableRandom(1);
        return new Sum(sizes, segment, cached)
                .over(
                        traces,
                        (layer, trace) -> Arrays.stream(trace.chosen(layer))
                                .map(chosen -> random.ints(0, sizes.experts())
                                        .distinct()
                                        .limit(chosen.length)
                                        .toArray())
                                .toArray(int[][]::new));
    }

    /** Of a model. */
    public record Sizes(int layers, int experts) {}

    /** Where choices come from, [token][...]. */
    private interface Choices {
        int[][] of(int layer, GateTrace trace);
    }

    private static final class Sum {
        private final Sizes sizes;
        private final int segment;
        private final int cached;
        private double best;
        private double hits;
        private int segments;

        Sum(Sizes sizes, int segment, int cached) {
            this.sizes = sizes;
            this.segment = segment;
            this.cached = cached;
        }

        Locality over(List<GateTrace> traces, Choices choices) {
            for (GateTrace trace : traces) {
                for (int layer = 0; layer < sizes.layers(); layer++) {
                    int[][] chosen = choices.of(layer, trace);
                    for (int from = 0; from + segment <= chosen.length; from += segment) {
                        add(chosen, from);
                    }
                }
            }
            int n = Math.max(1, segments);
            return new Locality(segment, best / n, hits / n, segments);
        }

        private void add(int[][] chosen, int from) {
            int[] counts = new int[sizes.experts()];
            int all = 0;
            for (int t = from; t < from + segment; t++) {
                for (int expert : chosen[t]) {
                    counts[expert]++;
                    all++;
                }
            }
            Arrays.sort(counts); // ascending
            double covered = 0;
            double f1 = 0;
            for (int group = 1; group <= counts.length; group++) {
                covered += counts[counts.length - group];
                // F1 = 2 covered / (what there is to cover + what the group could cover)
                f1 = Math.max(f1, 2 * covered / (all + (double) group * segment));
                hits += group == Math.min(cached, counts.length) ? covered / all : 0;
            }
            best += f1;
            segments++;
        }
    }
}
