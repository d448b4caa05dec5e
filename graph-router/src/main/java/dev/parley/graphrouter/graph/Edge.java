package dev.parley.graphrouter.graph;

/** An edge of the heterogeneous routing graph. Edges are told apart by identity: two may carry equal figures. */
public abstract sealed class Edge {
    private Edge() {}

    /** Anchor to task: which share of the anchor's queries are of the task. */
    public static final class Membership extends Edge {
        private final double share;

        Membership(double share) {
            this.share = share;
        }

        /** 0..1. */
        public double share() {
            return share;
        }
    }

    /** Anchor or task to model: how the model did there. */
    public static final class Outcomes extends Edge {
        private final double count;
        private final double quality;

        Outcomes(double count, double quality) {
            this.count = count;
            this.quality = quality;
        }

        public double count() {
            return count;
        }

        /** Mean, 0..1. */
        public double quality() {
            return quality;
        }
    }
}
