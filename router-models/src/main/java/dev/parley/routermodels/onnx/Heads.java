package dev.parley.routermodels.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parley.routermodels.Complexity;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.SkillSpace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The heads on the sentence encoder (heads.onnx, made by {@code make train}): domains, difficulty, expected output tokens, flags. Involved domains and language are told by {@link LexicalHeads}.
 * Thread-safe until closed. Source: docs/heads.md.
 */
final class Heads implements AutoCloseable {
    private static final String FILE = "/dev/parley/routermodels/models/heads.onnx";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final SkillSpace space;

    private Heads(OrtEnvironment environment, OrtSession session, SkillSpace space) {
        this.environment = environment;
        this.session = session;
        this.space = space;
    }

    /** Opens the shipped weights. */
    static Heads open() {
        OrtEnvironment environment = OrtRuntime.environment();
        try (OrtSession.SessionOptions options = OrtRuntime.options()) {
            OrtSession session = environment.createSession(bytes(FILE), options);
            return new Heads(environment, session, space(session.getMetadata().getCustomMetadata(), FILE));
        } catch (OrtException e) {
            throw new IllegalStateException("cannot open " + FILE + ": " + e.getMessage(), e);
        }
    }

    static byte[] bytes(String file) {
        try (InputStream in = Heads.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not on the class path: run `make train`");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + file + " of the class path", e);
        }
    }

    /** From a file's metadata, which travels with its weights. */
    static SkillSpace space(Map<String, String> metadata, String file) {
        return new SkillSpace(
                names(metadata, "domains", file),
                names(metadata, "flags", file),
                names(metadata, "yardsticks", file).stream()
                        .map(Heads::yardstick)
                        .toList());
    }

    /** E.g. {@code mmlu|science+humanities|-1.2 0.3 1.9}. */
    private static SkillSpace.Yardstick yardstick(String text) {
        String[] parts = text.split("\\|");
        return new SkillSpace.Yardstick(parts[0], List.of(parts[1].split("\\+")), numbers(parts[2]));
    }

    static List<String> names(Map<String, String> metadata, String key, String file) {
        String value = metadata.get(key);
        if (value == null) {
            throw new IllegalStateException(file + " lacks the metadata '" + key + "': run `make train`");
        }
        return List.of(value.split(","));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.strip().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /**
     * @param embedding [384] of the same text
     * @param seen on its surface
     */
    QueryProfile read(float[] embedding, String text, LexicalHeads.Seen seen) {
        float[] shown = Complexity.of(text);
        try (OnnxTensor emb = row(embedding);
                OnnxTensor feat = row(shown);
                OrtSession.Result said = session.run(Map.of("emb", emb, "feat", feat))) {
            return new QueryProfile(
                    space,
                    values(said, "domains"),
                    seen.involved(),
                    values(said, "difficulty")[0],
                    Math.exp(values(said, "ln_tokens")[0]),
                    values(said, "flags"),
                    seen.language());
        } catch (OrtException e) {
            throw new IllegalStateException("the heads failed: " + e.getMessage(), e);
        }
    }

    private OnnxTensor row(float[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), new long[] {1, values.length});
    }

    private static float[] values(OrtSession.Result said, String name) {
        FloatBuffer buffer = ((OnnxTensor) said.get(name).orElseThrow()).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    SkillSpace space() {
        return space;
    }

    /** No reading may be running. */
    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the heads could not be freed: " + e.getMessage(), e);
        }
    }
}
