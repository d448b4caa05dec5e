package dev.parley.graphrouter.head;

/**
 * Linear regression of all models through a few components: output = outward' (inward input). Arrays must not be changed.
 *
 * @param inputs length of an input
 * @param outputs number of models
 * @param inward [components, inputs + 1], the constant last
 * @param outward [components, outputs]
 */
@SuppressWarnings("ArrayRecordComponent")
public record LowRank(int inputs, int outputs, float[] inward, float[] outward) {
    public LowRank {
        int components = inward.length / (inputs + 1);
        if (inward.length != components * (inputs + 1) || outward.length != components * outputs) {
            throw new IllegalArgumentException("a regression of " + inputs + " inputs and " + outputs + " outputs with "
                    + inward.length + " and " + outward.length + " weights");
        }
    }

    public static LowRank none(int inputs, int outputs) {
        return new LowRank(inputs, outputs, new float[0], new float[0]);
    }

    public int components() {
        return inward.length / (inputs + 1);
    }

    /** [outputs] */
    public float[] of(float[] input) {
        float[] strengths = new float[components()];
        for (int k = 0; k < strengths.length; k++) {
            int row = k * (inputs + 1);
            for (int i = 0; i < inputs; i++) {
                strengths[k] += inward[row + i] * input[i];
            }
        }
        return outward(strengths, 0);
    }

    /** Given what the inputs say of each component, from an index on, but for the constant. */
    float[] outward(float[] strengths, int from) {
        float[] out = new float[outputs];
        for (int k = 0; k < components(); k++) {
            float strength = strengths[from + k] + inward[k * (inputs + 1) + inputs];
            for (int m = 0; m < outputs; m++) {
                out[m] += strength * outward[k * outputs + m];
            }
        }
        return out;
    }
}
