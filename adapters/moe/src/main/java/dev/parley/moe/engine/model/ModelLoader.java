package dev.parley.moe.engine.model;

import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.tensor.Tensors;
import dev.parley.moe.engine.text.ChatTemplate;
import dev.parley.moe.engine.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a {@link Model} of a GGUF file of an {@link Architecture} that is computed. Refuses, with a
 * {@link dev.parley.moe.engine.gguf.GgufException}, whatever it would otherwise compute wrongly: other architectures, tensors it has no
 * place for, other forms of scaled positions. Stateless.
 */
public final class ModelLoader {
    private static final String REMEDY = "Use a model of architecture " + Architecture.words();

    private ModelLoader() {}

    /** Whether models of this architecture, as GGUF names it, are computed. */
    public static boolean computes(String architecture) {
        return Architecture.of(architecture).isPresent();
    }

    /** Loads a file; the weights are copied, so the file is not needed afterwards. */
    public static Model load(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return load(GgufReader.map(path, arena), Optional.empty());
        }
    }

    /**
     * Loads a file whose experts stay there but for those that the cache keeps: it must not change while the model is used. Throws
     * {@link dev.parley.moe.engine.gguf.GgufException} if the cache is too small for one expert.
     */
    public static Model load(Path path, ExpertCache cache) throws IOException {
        GgufFile file = GgufReader.map(path, Arena.ofAuto());
        try {
            return load(file, Optional.of(cache));
        } catch (IllegalArgumentException e) {
            throw file.fault(
                    "experts",
                    String.valueOf(e.getMessage()),
                    "Raise experts_memory, or set it to 0B; or leave experts_twins out");
        }
    }

    /**
     * @param name of the file, for messages
     * @param bytes of the whole file
     */
    public static Model load(String name, byte[] bytes) {
        return load(GgufReader.read(name, MemorySegment.ofArray(bytes)), Optional.empty());
    }

    /** Whether a file is an adapter, to be laid over a model. */
    public static boolean isAdapter(GgufFile file) {
        return Adapter.isAdapter(file);
    }

    /**
     * A model with an adapter over it, named by the adapter's file; what the adapter does not change is shared with the base. Throws
     * {@link dev.parley.moe.engine.gguf.GgufException} for an adapter that does not fit.
     */
    public static Model adapted(Model base, GgufFile adapter) {
        ModelProfile old = base.profile();
        ModelProfile profile = new ModelProfile(
                name(adapter),
                old.architecture(),
                old.quantisation(),
                old.parameters(),
                old.activeParameters(),
                old.fileBytes() + adapter.byteSize());
        Weights weights = new Adapter(adapter).over(base.weights());
        return new Model(profile, base.shape(), weights, new Model.Text(base.tokenizer(), base.template()));
    }

    /** By which a file's model is asked for: what it calls itself, else its own name. */
    public static String name(GgufFile file) {
        String key = "general.name";
        return file.metadata().has(key)
                ? file.metadata().text(key)
                : file.name().replaceFirst("\\.gguf$", "");
    }

    /** The sizes of a model, without its weights. Throws {@link dev.parley.moe.engine.gguf.GgufException} as loading would. */
    public static ModelShape shape(GgufFile file) {
        return new ShapeReader(file.metadata(), architecture(file)).read(new Tensors(file));
    }

    /**
     * How many experts of each layer with experts compute nothing: those are zeros, which is looked up without loading the model. Empty
     * for a dense model.
     */
    public static List<Integer> nullExperts(GgufFile file, ModelShape shape) {
        Tensors tensors = new Tensors(file);
        return IntStream.range(0, shape.layers())
                .mapToObj(n -> "blk." + n + ".")
                .filter(at -> tensors.has(at + "ffn_down_exps.weight"))
                .map(at -> WeightReader.nulls(tensors, at).size())
                .toList();
    }

    private static Architecture architecture(GgufFile file) {
        String word = file.metadata().text("general.architecture");
        return Architecture.of(word)
                .orElseThrow(() -> file.fault(
                        "key general.architecture", "the architecture " + word + " is not computed", REMEDY));
    }

    private static Model load(GgufFile file, Optional<ExpertCache> cache) {
        Architecture architecture = architecture(file);
        Tensors tensors = new Tensors(file);
        ModelShape shape = new ShapeReader(file.metadata(), architecture).read(tensors);
        Weights weights = new WeightReader(file.metadata(), architecture, tensors, shape, cache).read();
        if (!tensors.left().isEmpty()) {
            throw file.fault("tensor " + tensors.left().iterator().next(), "there is no place for it", REMEDY);
        }
        Tokenizer tokenizer = Tokenizer.of(file);
        if (tokenizer.size() != shape.vocabulary()) {
            String fault = "it has " + tokenizer.size() + " tokens, the weights " + shape.vocabulary();
            throw file.metadata().fault("tokenizer.ggml.tokens", fault);
        }
        Model.Text text = new Model.Text(tokenizer, ChatTemplate.of(file.metadata(), tokenizer));
        long idle = weights.layers().stream()
                .mapToLong(layer -> layer.feedForward().idle(shape.expertsUsed()))
                .sum();
        return new Model(profile(file, architecture.word(), tensors.parameters(), idle), shape, weights, text);
    }

    private static ModelProfile profile(GgufFile file, String architecture, long parameters, long idle) {
        Map<String, Long> matrices = file.tensors().values().stream()
                .filter(tensor -> tensor.sizes().size() > 1)
                .collect(Collectors.groupingBy(
                        tensor -> tensor.type().name(), Collectors.summingLong(GgufTensor::elements)));
        String quantisation = matrices.entrySet().stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse("F32");
        return new ModelProfile(name(file), architecture, quantisation, parameters, parameters - idle, file.byteSize());
    }
}
