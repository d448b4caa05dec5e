package dev.parley.graphrouter.lab;

import dev.parley.graphrouter.learn.Cholesky;

/**
 * A model of which only a few probes are known, in terms of what a router says of the others: logistic regression of its outcomes on the
 * mean of their predicted log-odds (how hard a query is) and on how each differs from that mean (what it is good at). Without probes it is
 * as good as the others are on average; the weights are drawn towards that. A linear form of item response theory with the router's
 * predictions for the items. Arrays must not be changed.
 */
final class Newcomer {
    private static final double EDGE = 0.03; // chances are cut to this and one less this before they become log-odds
    private static final double OFFSET_WORTH = 0.5;
    private static final double SLOPE_WORTH = 8;
    private static final double DIFFERENCE_WORTH = 12;
    private static final int STEPS = 12; // Newton's

    private final double[] weights;

    /**
     * @param others [probes][models] predicted quality of the models known
     * @param score [probes] of the newcomer, 0..1
     */
    Newcomer(double[][] others, double[] score) {
        int size = others[0].length + 2;
        double[] prior = new double[size];
        double[] worth = new double[size];
        java.util.Arrays.fill(worth, DIFFERENCE_WORTH);
        prior[1] = 1;
        worth[0] = OFFSET_WORTH;
        worth[1] = SLOPE_WORTH;
        weights = prior.clone();
        for (int step = 0; step < STEPS; step++) {
            double[][] curvature = new double[size][size];
            double[] slope = new double[size];
            for (int i = 0; i < size; i++) {
                curvature[i][i] = worth[i];
                slope[i] = worth[i] * (prior[i] - weights[i]);
            }
            for (int p = 0; p < score.length; p++) {
                double[] x = inputs(others[p]);
                double chance = chance(x);
                for (int i = 0; i < size; i++) {
                    slope[i] += (score[p] - chance) * x[i];
                    for (int j = 0; j <= i; j++) {
                        curvature[i][j] += chance * (1 - chance) * x[i] * x[j];
                    }
                }
            }
            Cholesky.factor(curvature);
            double[] move = Cholesky.solve(curvature, slope);
            for (int i = 0; i < size; i++) {
                weights[i] += move[i];
            }
        }
    }

    /** Chance of a good answer, given what is predicted of the others. */
    double quality(double[] others) {
        return chance(inputs(others));
    }

    private double chance(double[] x) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += weights[i] * x[i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** A constant, the mean, the differences. */
    private static double[] inputs(double[] others) {
        double[] x = new double[others.length + 2];
        x[0] = 1;
        for (int m = 0; m < others.length; m++) {
            double p = Math.clamp(others[m], EDGE, 1 - EDGE);
            x[m + 2] = Math.log(p / (1 - p));
            x[1] += x[m + 2] / others.length;
        }
        for (int m = 0; m < others.length; m++) {
            x[m + 2] -= x[1];
        }
        return x;
    }
}
