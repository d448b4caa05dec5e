package dev.parley.routermodels.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Weights of a shipped ONNX file, for a kernel of our own. The file gives them out like results, named {@code weights.NAME}: no other
 * reader of ONNX files is needed. The arrays must not be changed.
 *
 * @param metadata of the file
 */
record Weights(String file, Map<String, String> metadata, Map<String, float[]> values) {
    private static final String PREFIX = "weights.";

    /** Runs a file once, on inputs of zeros of these shapes. */
    static Weights read(String file, Map<String, long[]> floats, Map<String, long[]> longs) {
        OrtEnvironment environment = OrtRuntime.environment();
        try (OrtSession.SessionOptions options = OrtRuntime.options();
                OrtSession session = environment.createSession(Heads.bytes(file), options)) {
            Map<String, OnnxTensor> zeros = new HashMap<>();
            try {
                for (Map.Entry<String, long[]> input : floats.entrySet()) {
                    FloatBuffer values = FloatBuffer.allocate(size(input.getValue()));
                    zeros.put(input.getKey(), OnnxTensor.createTensor(environment, values, input.getValue()));
                }
                for (Map.Entry<String, long[]> input : longs.entrySet()) {
                    LongBuffer values = LongBuffer.allocate(size(input.getValue()));
                    zeros.put(input.getKey(), OnnxTensor.createTensor(environment, values, input.getValue()));
                }
                return new Weights(file, session.getMetadata().getCustomMetadata(), values(session, zeros));
            } finally {
                zeros.values().forEach(OnnxTensor::close);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    private static int size(long[] shape) {
        long size = 1;
        for (long length : shape) {
            size *= length;
        }
        return Math.toIntExact(size);
    }

    private static Map<String, float[]> values(OrtSession session, Map<String, OnnxTensor> inputs) throws OrtException {
        Set<String> wanted = new HashSet<>(session.getOutputNames());
        wanted.removeIf(name -> !name.startsWith(PREFIX));
        Map<String, float[]> weights = new HashMap<>();
        try (OrtSession.Result result = session.run(inputs, wanted)) {
            for (Map.Entry<String, OnnxValue> entry : result) {
                FloatBuffer buffer = ((OnnxTensor) entry.getValue()).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                weights.put(entry.getKey().substring(PREFIX.length()), values);
            }
        }
        return weights;
    }

    /** Of a name; IllegalStateException, with the remedy, if the file lacks it. */
    float[] of(String name) {
        float[] weight = values.get(name);
        if (weight == null) {
            throw new IllegalStateException(file + " lacks the weights '" + name + "': run `make train`");
        }
        return weight;
    }

    /** Of {@code NAME.w} and {@code NAME.b}. */
    Layer layer(String name) {
        return new Layer(of(name + ".w"), of(name + ".b"));
    }

    /** y = x w + b. */
    @SuppressWarnings("ArrayRecordComponent")
    record Layer(float[] w, float[] bias) { // [in, out], [out]
        float[] apply(float[] x) {
            float[] y = bias.clone();
            add(x, y);
            return y;
        }

        /** y += x w. */
        void add(float[] x, float[] y) {
            for (int i = 0; i < x.length; i++) {
                if (x[i] != 0) {
                    for (int o = 0; o < y.length; o++) {
                        y[o] += x[i] * w[i * y.length + o];
                    }
                }
            }
        }
    }
}
