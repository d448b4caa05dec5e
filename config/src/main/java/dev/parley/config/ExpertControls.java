package dev.parley.config;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a mixture of experts shall choose them: of one request, or a model's own default. What is not said stays as the model was trained.
 * docs/expert-controls.md has the papers and what each control was seen to gain.
 *
 * @param experts per token
 * @param topP share of the gate's mass that the chosen experts hold at least, in (0, 1]
 * @param minP experts below this share of the heaviest one's mass are skipped, in [0, 1]
 * @param nullBias added to the scores of experts that compute nothing, in [-100, 100]: the higher, the fewer experts are computed
 * @param mask experts never to be chosen
 * @param bias added to the gate's scores, in [-100, 100]
 * @param expertSet name of a calibrated set, the only experts to be chosen; empty for none
 * @param contrast with a weaker choice of experts
 * @param remix of the gate's mass with that of tokens whose answers were right
 */
public record ExpertControls(
        OptionalInt experts,
        OptionalDouble topP,
        OptionalDouble minP,
        OptionalDouble nullBias,
        Set<Place> mask,
        Map<Place, Double> bias,
        String expertSet,
        Optional<Contrast> contrast,
        Optional<Remix> remix) {
    public static final ExpertControls NONE = new ExpertControls(
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Set.of(),
            Map.of(),
            "",
            Optional.empty(),
            Optional.empty());

    public ExpertControls {
        mask = Set.copyOf(mask);
        bias = Map.copyOf(bias);
    }

    /** Nothing but a number of experts. */
    public static ExpertControls onlyNumber(OptionalInt experts) {
        return new ExpertControls(
                experts,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Set.of(),
                Map.of(),
                "",
                Optional.empty(),
                Optional.empty());
    }

    /** Whether they say something beside the number of experts. */
    public boolean beyondNumber() {
        return !equals(onlyNumber(experts));
    }

    /** These controls, and where they are silent those. */
    public ExpertControls over(ExpertControls those) {
        return new ExpertControls(
                experts.isPresent() ? experts : those.experts,
                topP.isPresent() ? topP : those.topP,
                minP.isPresent() ? minP : those.minP,
                nullBias.isPresent() ? nullBias : those.nullBias,
                mask.isEmpty() ? those.mask : mask,
                bias.isEmpty() ? those.bias : bias,
                expertSet.isEmpty() ? those.expertSet : expertSet,
                contrast.isPresent() ? contrast : those.contrast,
                remix.isPresent() ? remix : those.remix);
    }

    /**
     * An expert, written {@code layer/expert}, both counted from 0.
     *
     * @param layer empty, written {@code *}, for all layers
     */
    public record Place(OptionalInt layer, int expert) {

        /** Empty if the text has another form. */
        public static Optional<Place> parse(String text) {
            if (!text.matches("(\\*|\\d{1,6})/\\d{1,6}")) {
                return Optional.empty();
            }
            int slash = text.indexOf('/');
            String layer = text.substring(0, slash);
            return Optional.of(new Place(
                    layer.equals("*") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(layer)),
                    Integer.parseInt(text.substring(slash + 1))));
        }

        @Override
        public String toString() {
            return (layer.isPresent() ? Integer.toString(layer.getAsInt()) : "*") + "/" + expert;
        }
    }

    /**
     * The usual choice of experts against the single expert of one rank.
     *
     * @param rank of the weak side's expert, 1 the heaviest
     * @param alpha share of the most probable token's probability that a token needs to be considered, in (0, 1]
     * @param beta strength, in [0, 10]
     */
    public record Contrast(int rank, double alpha, double beta) {
        public static final int RANK = 2;
        public static final double ALPHA = 0.1;
        public static final double BETA = 0.5;
    }

    /**
     * Gates that lean towards what they did for answers that were right.
     *
     * @param neighbours the references nearest to a token's own mass, in [1, 64]
     * @param weight of their mean, in (0, 1]; the rest is the token's own mass
     */
    public record Remix(int neighbours, double weight) {
        public static final int NEIGHBOURS = 8;
        public static final int MOST_NEIGHBOURS = 64;
        public static final double WEIGHT = 0.5;
    }
}
