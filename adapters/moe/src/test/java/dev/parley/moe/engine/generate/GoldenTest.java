package dev.parley.moe.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.engine.model.Forward;
import dev.parley.moe.engine.model.KvCache;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.model.TokenBatch;
import dev.parley.moe.engine.tensor.ExactKernels;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Token ids, logits and greedy answers of PyTorch over the same weights (training/README.md, "Golden values"). */
class GoldenTest {
    /** Root mean square that rounding activations to 8 bits may cost; logits run from -10 to 10. */
    private static final double ROUNDING = 0.25;

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> models() throws IOException {
        List<String> names = new ArrayList<>(List.of("parley-tiny"));
        try (InputStream in = GoldenTest.class.getResourceAsStream("/dev/parley/moe/models/manifest.json")) {
            if (in != null) {
                JSON.readTree(in)
                        .path("models")
                        .forEach(m -> names.add(m.path("name").asText()));
            }
        }
        return names.stream();
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream(path)) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    private static Model model(String name) throws IOException {
        byte[] fixture = resource("/golden/" + name + ".gguf");
        byte[] bytes = fixture.length > 0 ? fixture : resource("/dev/parley/moe/models/" + name + ".gguf");
        return ModelLoader.load(name + ".gguf", bytes);
    }

    @ParameterizedTest
    @MethodSource("models")
    void rendersAndComputesAsPyTorch(String name) throws IOException {
        Model model = model(name);
        JsonNode golden = JSON.readTree(resource("/golden/" + name + ".json"));
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode m : golden.path("messages")) {
            ChatMessage.Role role =
                    ChatMessage.Role.valueOf(m.path("role").asText().toUpperCase(Locale.ROOT));
            messages.add(new ChatMessage(role, m.path("content").asText()));
        }
        int[] tokens = model.template().render(messages);
        List<Integer> expected = new ArrayList<>();
        golden.path("tokens").forEach(t -> expected.add(t.asInt()));
        assertThat(tokens)
                .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());

        assertThat(distance(model, tokens, golden.path("logits"), ExactKernels.create()))
                .as(name)
                .isLessThan(1e-3);
        assertThat(distance(model, tokens, golden.path("logits"), Kernels.scalar()))
                .isLessThan(ROUNDING);
        assertThat(distance(model, tokens, golden.path("logits"), Kernels.vector()))
                .isLessThan(ROUNDING);
    }

    /** Root mean square of the difference between our logits and the golden ones. */
    private static double distance(Model model, int[] tokens, JsonNode logits, Kernels kernels) {
        Forward forward = new Forward(model, tokens.length);
        KvCache cache = forward.newCache();
        TokenBatch batch = new TokenBatch(tokens.length);
        for (int i = 0; i < tokens.length; i++) {
            batch.add(cache, i, tokens[i]);
        }
        batch.want();
        forward.run(kernels, batch);
        assertThat(logits.size()).isEqualTo(model.shape().vocabulary());
        double squares = 0;
        for (int i = 0; i < logits.size(); i++) {
            double difference = forward.logits()[i] - logits.get(i).asDouble();
            squares += difference * difference;
        }
        return Math.sqrt(squares / logits.size());
    }

    /** Without rounding every answer is PyTorch's; with it, near ties may fall the other way. */
    @ParameterizedTest
    @MethodSource("models")
    void answersAsPyTorch(String name) throws Exception {
        Model model = model(name);
        List<String> prompts = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (JsonNode answer :
                JSON.readTree(resource("/golden/" + name + ".json")).path("answers")) {
            prompts.add(answer.path("prompt").asText());
            expected.add(answer.path("answer").asText());
        }
        assertThat(expected.size()).isGreaterThan(3);
        assertThat(answers(model, prompts, ExactKernels.create())).isEqualTo(expected);
        List<String> rounded = answers(model, prompts, Kernels.vector());
        long same = IntStream.range(0, expected.size())
                .filter(i -> rounded.get(i).equals(expected.get(i)))
                .count();
        assertThat(same).as(name).isGreaterThanOrEqualTo(Math.ceilDiv(expected.size() * 9, 10));
    }

    private static List<String> answers(Model model, List<String> prompts, Kernels kernels) throws Exception {
        try (Scheduler scheduler = new Scheduler(new Scheduler.Limits(1, 4, 64), List.of(model), () -> kernels)) {
            List<Recorder> asked = new ArrayList<>();
            for (String prompt : prompts) {
                Recorder recorder = new Recorder();
                asked.add(recorder);
                ChatMessage user = new ChatMessage(ChatMessage.Role.USER, prompt);
                GenerationRequest.Limits limits = new GenerationRequest.Limits(64, 512, List.of());
                GenerationRequest request = new GenerationRequest(List.of(user), SamplingSpec.GREEDY, 0, limits, -1);
                scheduler.submit(model, List.of(new Scheduler.Task(request, recorder)));
            }
            List<String> answers = new ArrayList<>();
            for (Recorder recorder : asked) {
                recorder.await();
                answers.add(recorder.text.toString());
            }
            return answers;
        }
    }
}
