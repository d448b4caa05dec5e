package dev.parley.routermodels;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the heads tell domains apart by, and the scale on which skills and difficulties are measured: the logit scale of item response
 * theory, {@code P(right) = sigmoid(skill in the query's domains - difficulty)}. Comes with the weights. Immutable.
 *
 * @param domains names, e.g. {@code math}
 * @param flags names of yes-or-no properties, e.g. {@code tools}
 * @param yardsticks what scores are known on; each domain is one
 */
public record SkillSpace(List<String> domains, List<String> flags, List<Yardstick> yardsticks) {
    private static final int HALVINGS = 40;
    private static final double FAR = 12;

    public SkillSpace {
        domains = List.copyOf(domains);
        flags = List.copyOf(flags);
        yardsticks = List.copyOf(yardsticks);
    }

    /**
     * Texts on which models are scored: those of a domain, or a public benchmark's. The array must not be changed.
     *
     * @param name e.g. {@code math}, {@code gsm8k}
     * @param domains which skills a score tells of
     * @param difficulties [quantiles] of its texts, ascending: what a score is an average over
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Yardstick(String name, List<String> domains, double[] difficulties) {
        public Yardstick {
            domains = List.copyOf(domains);
        }

        /** The skill with which its texts would average a score of 0..1. */
        public double skill(double score) {
            double wanted = Math.clamp(score, 0.01, 0.99);
            double low = -FAR;
            double high = FAR;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (average(middle) < wanted) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        private double mean() {
            return Arrays.stream(difficulties).average().orElse(0);
        }

        private Yardstick steady(double usual, double doubt) {
            return new Yardstick(
                    name,
                    domains,
                    Arrays.stream(difficulties)
                            .map(d -> SkillSpace.steady(d, usual, doubt))
                            .toArray());
        }

        private double average(double skill) {
            double sum = 0;
            for (double difficulty : difficulties) {
                sum += sigmoid(skill - difficulty);
            }
            return sum / difficulties.length;
        }
    }

    /** Mean difficulty of the texts of domains with these shares, [domains]. */
    public double usual(float[] shares) {
        double sum = 0;
        for (Yardstick yardstick : yardsticks) {
            int domain = domains.indexOf(yardstick.name());
            sum += domain < 0 ? 0 : shares[domain] * yardstick.mean();
        }
        return sum;
    }

    /**
     * The same scale, on which a difficulty that is told no better than by so much is taken for its domain's usual one, and any other for
     * so much nearer to it (soft thresholding, Donoho and Johnstone 1994).
     */
    public SkillSpace steady(double doubt) {
        return new SkillSpace(
                domains,
                flags,
                yardsticks.stream().map(y -> y.steady(usual(y), doubt)).toList());
    }

    /** Of a yardstick's domains together. */
    private double usual(Yardstick yardstick) {
        return yardsticks.stream()
                .filter(y -> yardstick.domains().contains(y.name()))
                .mapToDouble(Yardstick::mean)
                .average()
                .orElse(0);
    }

    /** A difficulty, nearer to the usual one by the doubt there is. */
    public static double steady(double difficulty, double usual, double doubt) {
        double beyond = Math.max(0, Math.abs(difficulty - usual) - doubt);
        return usual + Math.copySign(beyond, difficulty - usual);
    }

    /**
     * Skills [domains] of a model known by scores alone.
     *
     * @param scores 0..1 by yardstick; other names are passed over. Several on one domain are averaged
     * @param elsewhere score taken for domains without one
     */
    public double[] skills(Map<String, Double> scores, double elsewhere) {
        double[] skills = new double[domains.size()];
        for (int d = 0; d < skills.length; d++) {
            skills[d] = skill(domains.get(d), scores, elsewhere);
        }
        return skills;
    }

    private double skill(String domain, Map<String, Double> scores, double elsewhere) {
        double sum = 0;
        int found = 0;
        double otherwise = 0;
        for (Yardstick yardstick : yardsticks) {
            Double score = scores.get(yardstick.name());
            if (score != null && yardstick.domains().contains(domain)) {
                sum += yardstick.skill(score);
                found++;
            }
            if (yardstick.name().equals(domain)) {
                otherwise = yardstick.skill(elsewhere);
            }
        }
        return found > 0 ? sum / found : otherwise;
    }

    public static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
