package dev.parley.routermodels.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * all-MiniLM-L6-v2 in ONNX Runtime: one row a pass, mean pooling over its tokens, L2 norm.
 *
 * <p>Rows are never batched: the 8-bit file quantises activations by the range of the whole tensor, so a row's embedding would
 * depend on its neighbours (measured: cosine to the solo run down to 0.981 in length-bucketed batches of 8), for a gain of 1.0-1.1x
 * on one thread. Alone, the same text always gives the same embedding, which caches, replays and calibrated graphs rest on.
 */
final class OrtInference implements Inference {
    private static final int DIMENSION = 384;

    private final OrtEnvironment environment;
    private final OrtSession session;

    OrtInference(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
    }

    @Override
    public float[] embed(int[] ids) {
        long[] shape = {1, ids.length};
        long[] tokens = new long[ids.length];
        Arrays.setAll(tokens, i -> ids[i]);
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = tensor(tokens, shape);
                OnnxTensor mask = tensor(ones, shape);
                OnnxTensor types = tensor(new long[ids.length], shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
            return pooled(((OnnxTensor) result.get(0)).getFloatBuffer(), ids.length);
        } catch (OrtException e) {
            throw new IllegalStateException("the sentence encoder failed: " + e.getMessage(), e);
        }
    }

    private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    /** [tokens, dimension] to the normalised mean [dimension]; all tokens are attended to, as nothing is padded. */
    private static float[] pooled(FloatBuffer hidden, int tokens) {
        float[] rows = new float[tokens * DIMENSION];
        hidden.get(rows);
        float[] sum = new float[DIMENSION];
        for (int t = 0; t < tokens; t++) {
            for (int d = 0; d < DIMENSION; d++) {
                sum[d] += rows[t * DIMENSION + d];
            }
        }
        double square = 0;
        for (float s : sum) {
            square += (double) s * s;
        }
        float scale = (float) (1 / Math.max(1e-12, Math.sqrt(square)));
        for (int d = 0; d < DIMENSION; d++) {
            sum[d] *= scale;
        }
        return sum;
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the sentence encoder could not be freed: " + e.getMessage(), e);
        }
    }
}
