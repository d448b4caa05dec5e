package dev.parley.routermodels.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.parley.routermodels.testing.Golden;
import dev.parley.routermodels.tokenize.WordPiece;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What CUDA computes with, on the CPU: graphs and heads made with 8 bits must serve with it. */
class FullPrecisionIT {
    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * (double) b[i];
        }
        return dot;
    }

    @Test
    void vectorsOfBothPrecisionsAreTheSameButForRounding() throws OrtException {
        List<String> texts = Golden.all().stream()
                .filter(row -> row.said().length > 0)
                .map(Golden::text)
                .toList();
        WordPiece tokenizer = MiniLmEncoder.tokenizer();
        OrtEnvironment environment = OrtRuntime.environment();
        double sum = 0;
        double least = 1;
        try (OrtSession.SessionOptions options = OrtRuntime.options();
                OrtInference eight =
                        new OrtInference(environment, MiniLmEncoder.source().session(environment, options));
                OrtInference full =
                        new OrtInference(environment, MiniLmEncoder.full().session(environment, options))) {
            for (String text : texts) {
                int[] ids = tokenizer.encode(text, 128);
                double cosine = cosine(eight.embed(ids), full.embed(ids));
                sum += cosine;
                least = Math.min(least, cosine);
            }
        }
        assertThat(least).isGreaterThan(0.98);
        assertThat(sum / texts.size()).isGreaterThan(0.99);
    }
}
