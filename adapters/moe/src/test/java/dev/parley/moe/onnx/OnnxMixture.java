package dev.parley.moe.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A gate and its experts, computed by ONNX Runtime: {@code MatMul, Add, com.microsoft.MoE}. The operator's CPU kernel (seen of 1.23.2)
 * takes the softmax of the scores over all experts, then the k largest; {@code normalize_routing_weights} divides these by their sum. Its
 * {@code swiglu} reads gate and up in turn, row by row, from {@code fc1}, and is {@code g sigmoid(alpha g) (u + beta)} with g at most and
 * u within the limit: alpha 1, beta 0 and no limit, the defaults, give SwiGLU; 1.702, 1 and 7 gpt-oss's form. {@code fc3} it refuses.
 */
public final class OnnxMixture {
    private static final int FLOAT = 1; // TensorProto.DataType
    private static final int ATTRIBUTE_FLOAT = 1; // AttributeProto.AttributeType
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_STRING = 3;

    private final Form form;
    private final Map<String, long[]> shapes;

    /**
     * What is computed.
     *
     * @param used experts a token
     * @param ofChosen shares of the chosen experts' mass; else of all experts'
     * @param clamped gpt-oss's form of SwiGLU
     */
    public record Form(int tokens, int width, int hidden, int experts, int used, boolean ofChosen, boolean clamped) {}

    /**
     * The layer's numbers, row-major.
     *
     * @param gate [width, experts]
     * @param gateBias [experts]
     * @param fc1 [experts, 2 hidden, width], gate and up rows in turn
     * @param fc1Bias [experts, 2 hidden]
     * @param fc2 [experts, width, hidden]
     * @param fc2Bias [experts, width]
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Weights(float[] gate, float[] gateBias, float[] fc1, float[] fc1Bias, float[] fc2, float[] fc2Bias) {}

    public OnnxMixture(Form form) {
        this.form = form;
        shapes = Map.of(
                "x", new long[] {form.tokens(), form.width()},
                "gate", new long[] {form.width(), form.experts()},
                "gate_bias", new long[] {form.experts()},
                "fc1", new long[] {form.experts(), 2L * form.hidden(), form.width()},
                "fc1_bias", new long[] {form.experts(), 2L * form.hidden()},
                "fc2", new long[] {form.experts(), form.width(), form.hidden()},
                "fc2_bias", new long[] {form.experts(), form.width()});
    }

    /** The mixture's output for {@code x} [tokens, width], of the same shape. */
    public float[] times(Weights weights, float[] x) throws OrtException {
        Map<String, float[]> numbers = Map.of(
                "x", x,
                "gate", weights.gate(),
                "gate_bias", weights.gateBias(),
                "fc1", weights.fc1(),
                "fc1_bias", weights.fc1Bias(),
                "fc2", weights.fc2(),
                "fc2_bias", weights.fc2Bias());
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model(), options)) {
                return run(environment, session, numbers);
            }
        }
    }

    private float[] run(OrtEnvironment environment, OrtSession session, Map<String, float[]> numbers)
            throws OrtException {
        Map<String, OnnxTensor> feeds = new HashMap<>();
        try {
            for (Map.Entry<String, float[]> entry : numbers.entrySet()) {
                FloatBuffer buffer = FloatBuffer.wrap(entry.getValue());
                feeds.put(entry.getKey(), OnnxTensor.createTensor(environment, buffer, shapes.get(entry.getKey())));
            }
            try (OrtSession.Result result = session.run(feeds)) {
                FloatBuffer out = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[out.remaining()];
                out.get(values);
                return values;
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    /** A ModelProto; field numbers from onnx.proto. */
    private byte[] model() {
        ProtoBytes graph = new ProtoBytes()
                .message(1, node("MatMul", "", List.of("x", "gate"), "products"))
                .message(1, node("Add", "", List.of("products", "gate_bias"), "scores"));
        List<String> inputs = List.of("x", "scores", "fc1", "fc1_bias", "fc2", "fc2_bias");
        graph.message(1, mixture(inputs)).text(2, "mixture");
        shapes.forEach((name, shape) -> graph.message(11, value(name, shape)));
        graph.message(12, value("y", new long[] {form.tokens(), form.width()}));
        return new ProtoBytes()
                .whole(1, 8) // ir_version
                .message(7, graph)
                .message(8, new ProtoBytes().text(1, "").whole(2, 17))
                .message(8, new ProtoBytes().text(1, "com.microsoft").whole(2, 1))
                .bytes();
    }

    private ProtoBytes mixture(List<String> inputs) {
        ProtoBytes node = node("MoE", "com.microsoft", inputs, "y")
                .message(5, whole("k", form.used()))
                .message(5, whole("normalize_routing_weights", form.ofChosen() ? 1 : 0))
                .message(5, whole("swiglu_fusion", 1)) // gate and up interleaved
                .message(5, attribute("activation_type", ATTRIBUTE_STRING).text(4, "swiglu"));
        if (form.clamped()) {
            node.message(5, real("activation_alpha", 1.702f))
                    .message(5, real("activation_beta", 1))
                    .message(5, real("swiglu_limit", 7));
        }
        return node;
    }

    private static ProtoBytes node(String operator, String domain, List<String> inputs, String output) {
        ProtoBytes node = new ProtoBytes();
        inputs.forEach(input -> node.text(1, input));
        return node.text(2, output).text(3, operator).text(4, operator).text(7, domain);
    }

    private static ProtoBytes attribute(String name, int type) {
        return new ProtoBytes().text(1, name).whole(20, type);
    }

    private static ProtoBytes whole(String name, long value) {
        return attribute(name, ATTRIBUTE_INT).whole(3, value);
    }

    private static ProtoBytes real(String name, float value) {
        return attribute(name, ATTRIBUTE_FLOAT).real(2, value);
    }

    private static ProtoBytes value(String name, long[] shape) {
        ProtoBytes dimensions = new ProtoBytes();
        for (long size : shape) {
            dimensions.message(1, new ProtoBytes().whole(1, size));
        }
        ProtoBytes tensor = new ProtoBytes().whole(1, FLOAT).message(2, dimensions);
        return new ProtoBytes().text(1, name).message(2, new ProtoBytes().message(1, tensor));
    }
}
