package dev.parley.moe.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.moe.convert.Converter;
import dev.parley.moe.convert.GoldenCheckpoint;
import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.EngineLogits;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.tensor.ExactKernels;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.text.ChatMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's numbers and texts beside llama.cpp's, for random models of every architecture and storage that is claimed. */
class LlamaCppIT {
    private static final int TOKENS = 80;
    private static final Path SHIPPED = Path.of("src/main/resources/dev/parley/moe/models");

    @TempDir
    private Path folder;

    private Path random(String architecture, TensorType storage) throws IOException {
        boolean dense = List.of("dense", "qwen2", "qwen3").contains(architecture);
        String word = architecture.equals("dense") ? "llama" : architecture;
        Path file = folder.resolve("random.gguf");
        RandomModel.of(word, sizes(architecture, dense), storage, 3).write(file);
        return file;
    }

    private static RandomModel.Sizes sizes(String architecture, boolean dense) {
        if (architecture.endsWith("-lite")) {
            return new RandomModel.Sizes(27, 64, 64, 2, 2, 8, 2);
        }
        return dense ? RandomModel.Sizes.DENSE : RandomModel.Sizes.MIXTURE;
    }

    private static int[] tokens() {
        return new SplittableRandom(4).ints(TOKENS, 0, RandomModel.VOCABULARY).toArray();
    }

    /** By position: root mean square of the difference over that of llama.cpp's logits; sorted. */
    private static double[] distances(float[][] theirs, float[][] ours) {
        double[] distances = new double[theirs.length];
        for (int t = 0; t < theirs.length; t++) {
            double difference = 0;
            double size = 0;
            for (int i = 0; i < theirs[t].length; i++) {
                difference += Math.pow(theirs[t][i] - ours[t][i], 2);
                size += Math.pow(theirs[t][i], 2);
            }
            distances[t] = Math.sqrt(difference / size);
        }
        Arrays.sort(distances);
        return distances;
    }

    /** Nothing is rounded here: only the order of sums differs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense",
                "llama",
                "qwen2",
                "qwen3",
                "qwen2moe",
                "qwen3moe",
                "olmoe",
                "deepseek",
                "deepseek2",
                "deepseek2-lite",
                "gpt-oss"
            })
    void architecturesAgree(String architecture) throws IOException {
        Path file = random(architecture, TensorType.F32);
        try (LlamaCpp other = new LlamaCpp(file, LlamaCpp.Options.exact(128))) {
            float[][] ours = EngineLogits.all(ModelLoader.load(file), Kernels.vector(), tokens());
            assertThat(distances(other.logits(tokens()), ours)[TOKENS - 1]).isLessThan(3e-5);
        }
    }

    /** Two it does not read: Qwen2MoeForCausalLM has a dense layer, and the DeepSeek-V3 with whole queries neither 26 nor 27 layers. */
    static Stream<String> checkpoints() throws IOException {
        Set<String> unread = Set.of("Qwen2MoeForCausalLM", "DeepseekV3ForCausalLM-halves");
        return GoldenCheckpoint.names().filter(name -> !unread.contains(name));
    }

    /** Checkpoints converted: what our engine would forgive - a key that it does not need, a tensor more - llama.cpp does not. */
    @ParameterizedTest
    @MethodSource("checkpoints")
    void checkpointsAgree(String name) throws IOException {
        GoldenCheckpoint.write(folder, name, Map.of());
        Path file = folder.resolve("converted.gguf");
        assertThat(Converter.convert(folder, file, name, TensorType.F32, tensor -> {}))
                .isEmpty();
        int[] tokens = GoldenCheckpoint.tokens(name);
        try (LlamaCpp other = new LlamaCpp(file, LlamaCpp.Options.exact(64))) {
            float[][] ours = EngineLogits.all(ModelLoader.load(file), Kernels.vector(), tokens);
            assertThat(distances(other.logits(tokens), ours)[tokens.length - 1]).isLessThan(3e-5);
        }
    }

    /**
     * llama.cpp rounds activations (to half precision, or 8 bits in blocks of 32 or 256), we do too, each in its own way. Its distance
     * from weights that meet exact activations is the size of such an error; ours from llama.cpp may be no more than two of them. The
     * median, because rounding may tip a gate at some positions.
     */
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void storagesAgree(TensorType storage) throws IOException {
        for (String architecture : List.of("dense", "qwen3moe", "deepseek2")) {
            Path file = random(architecture, storage);
            Model model = ModelLoader.load(file);
            try (LlamaCpp other = new LlamaCpp(file, LlamaCpp.Options.exact(128))) {
                float[][] theirs = other.logits(tokens());
                double error = distances(theirs, EngineLogits.all(model, ExactKernels.create(), tokens()))[TOKENS / 2];
                assertThat(error).as("error of rounding").isLessThan(0.1);
                for (Kernels kernels : List.of(Kernels.vector(), Kernels.scalar())) {
                    double ours = distances(theirs, EngineLogits.all(model, kernels, tokens()))[TOKENS / 2];
                    assertThat(ours).as(architecture).isLessThan(1e-5 + 2 * error);
                }
            }
        }
    }

    private static final List<String> MERGES = List.of(
            "Ġ t", "h e", "i n", "Ġ a", "1 2", "12 3", "r e", "e r", "Ġt he", "' s", "l l", "Ġ Ġ", "ĠĠ Ġ", "Ċ Ċ", "o n",
            "Ã ¼", "! !", "n d", "Ġa nd", ") ;", "0 0", "00 0");

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "smollm", "deepseek-llm", "deepseek-v3", "kimi-k2"})
    void tokenizersAgree(String pre) throws IOException {
        tokenizersAgree(new RandomModel.Vocabulary(pre, MERGES));
    }

    /** All characters of half of the texts and random unions of neighbours, so that many merges compete. */
    @Test
    void sentencePiecesAgree() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        Set<String> pieces = new LinkedHashSet<>();
        List<String> texts = texts();
        for (String text : texts.subList(0, texts.size() / 2)) {
            int[] letters = text.replace(' ', '\u2581').codePoints().toArray();
            for (int i = 0; i < letters.length; i++) {
                for (int n = 1; n <= 4 && i + n <= letters.length; n++) {
                    if (n == 1 || random.nextInt(n) == 0) {
                        pieces.add(new String(letters, i, n));
                    }
                }
            }
        }
        List<String> shuffled = new ArrayList<>(pieces);
        Collections.shuffle(shuffled, new Random(6));
        tokenizersAgree(RandomModel.Vocabulary.ofPieces(shuffled));
    }

    private void tokenizersAgree(RandomModel.Vocabulary vocabulary) throws IOException {
        Path file = folder.resolve("tokens.gguf");
        RandomModel.Sizes small = new RandomModel.Sizes(1, 64, 64, 2, 2, 0, 0);
        RandomModel.of("llama", small, TensorType.F32, vocabulary, 1).write(file);
        Model model = ModelLoader.load(file);
        try (LlamaCpp other = new LlamaCpp(file, LlamaCpp.Options.exact(64))) {
            for (String text : texts()) {
                assertThat(model.tokenizer().encode(text)).as(text).containsExactly(other.tokens(text));
            }
        }
    }

    /** Chosen ones, and random ones of characters of every kind. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>(ModelCheck.TEXTS);
        SplittableRandom random = new SplittableRandom(8);
        String alphabet = "the and in 123 000  \n\n\t'sllüÜ世界!!);.-_👍\u00a0é²½ A";
        int[] letters = alphabet.codePoints().toArray();
        for (int i = 0; i < 200; i++) {
            int[] text = random.ints(random.nextInt(1, 40), 0, letters.length)
                    .map(at -> letters[at])
                    .toArray();
            texts.add(new String(text, 0, text.length));
        }
        return texts;
    }

    /** The golden questions' greedy answers, token by token: all, where the file is of full precision and nothing is rounded. */
    @ParameterizedTest
    @ValueSource(strings = {"parley-facts", "parley-text", "parley-math", "parley-chat", "parley-general"})
    void shippedModelsAnswerAlike(String name) throws IOException {
        Path file = WidenedFile.of(SHIPPED.resolve(name + ".gguf"), folder.resolve("wide.gguf"));
        assertThat(sameAnswers(name, file)).isEqualTo(1);
    }

    /** Both round activations to 8 bits, so near ties may fall the other way. */
    @ParameterizedTest
    @ValueSource(strings = {"parley-facts", "parley-text", "parley-math", "parley-chat", "parley-general"})
    void shippedModelsAnswerAlikeRounded(String name) throws IOException {
        assertThat(sameAnswers(name, SHIPPED.resolve(name + ".gguf"))).isGreaterThanOrEqualTo(0.9);
    }

    private static double sameAnswers(String name, Path file) throws IOException {
        Model model = ModelLoader.load(file);
        JsonNode golden = new ObjectMapper().readTree(LlamaCppIT.class.getResource("/golden/" + name + ".json"));
        int same = 0;
        int asked = 0;
        try (LlamaCpp other = new LlamaCpp(file, LlamaCpp.Options.exact(512))) {
            for (JsonNode answer : golden.path("answers")) {
                ChatMessage user = new ChatMessage(
                        ChatMessage.Role.USER, answer.path("prompt").asText());
                int[] prompt = model.template().render(List.of(user));
                int[] theirs = Greedy.tokens(prompt, model, other::logits);
                int[] ours = Greedy.tokens(prompt, model, tokens -> EngineLogits.all(model, Kernels.vector(), tokens));
                same += Arrays.equals(ours, theirs) ? 1 : 0;
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(3);
        return same / (double) asked;
    }
}
