package dev.parley.moe.upcycle;

import dev.parley.moe.engine.gate.GateRule;
import dev.parley.moe.engine.gguf.BlockEncoder;
import dev.parley.moe.engine.gguf.GgufFile;
import dev.parley.moe.engine.gguf.GgufReader;
import dev.parley.moe.engine.gguf.GgufTensor;
import dev.parley.moe.engine.gguf.GgufWriter;
import dev.parley.moe.engine.gguf.TensorType;
import dev.parley.moe.engine.model.Model;
import dev.parley.moe.engine.tensor.Kernels;
import dev.parley.moe.engine.tensor.Matrix;
import dev.parley.moe.engine.tensor.Tensors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Turns a dense model into a mixture of experts with the same weights: the neurons of each feed-forward part are cut into experts of those
 * that work together, and a gate is learnt that foretells which experts matter (Read-ME, arXiv:2410.19123; FactorLLM, arXiv:2408.11855; the
 * shared expert and the cut by activations as in CMoE, arXiv:2502.04416). With all experts chosen it computes what the dense model did;
 * with fewer it computes less and knows less. Nothing but the gates is trained. Not thread-safe.
 */
public final class Upcycler {
    /** Tokens whose activations the cut is made by. */
    private static final int SAMPLES = 2048;

    /** Of the gates' scores. So little that all chosen experts weigh the same within some per cent, as they did in the dense model. */
    private static final double SPREAD = 0.01;

    private final Path dense;
    private final Model model;
    private final Plan plan;
    private final Consumer<String> progress;
    private final List<Partition> partitions = new ArrayList<>();
    private final List<float[]> gates = new ArrayList<>();

    /**
     * What is to be made. Throws {@link IllegalArgumentException} for numbers that cannot be.
     *
     * @param experts to choose among, at least 2
     * @param shared how many experts' worth of neurons every token takes, at least 1
     * @param used experts per token, unless a request says otherwise
     * @param byChance cut the neurons at random: the baseline that says what the cut by activations is worth
     */
    public record Plan(String name, int experts, int shared, int used, boolean byChance) {
        public Plan {
            if (experts < 2 || experts > 1024 || shared < 1 || shared > 1024 || used < 1 || used > experts) {
                throw new IllegalArgumentException("--experts must be 2 to 1024, --shared 1 to 1024 and --used 1 to"
                        + " --experts, not " + experts + ", " + shared + " and " + used);
            }
        }
    }

    /** What is learnt from, and what is judged on. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Texts(int[] learn, int[] heldOut) {}

    /**
     * A text's first tokens to learn from and its last ones, as many of each as are asked for and no token twice, to judge on. Throws
     * {@link IllegalArgumentException} for a text too short.
     */
    public static Texts texts(Model model, String text, int tokens, int heldOut) {
        int[] all = model.tokenizer().encode(text);
        if (tokens < 256 || heldOut < 2 || all.length < (long) tokens + heldOut) {
            throw new IllegalArgumentException("--text has " + all.length + " tokens, but --tokens " + tokens
                    + " (at least 256) and --held-out " + heldOut + " (at least 2) are asked for; take a longer text,"
                    + " or fewer of them");
        }
        return new Texts(Arrays.copyOf(all, tokens), Arrays.copyOfRange(all, all.length - heldOut, all.length));
    }

    /**
     * @param dense a GGUF file of architecture llama without experts
     * @param model the same, loaded
     * @param progress told what is being done
     */
    public Upcycler(Path dense, Model model, Plan plan, Consumer<String> progress) {
        this.dense = dense;
        this.model = model;
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * Learns from the text and writes the mixture. Throws {@link IllegalArgumentException} for a model or a plan that cannot be, with the
     * remedy.
     *
     * @param text to learn from, at least some thousand tokens
     */
    public void write(Path file, int[] text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            GgufFile from = GgufReader.map(dense, arena);
            int neurons = check(from);
            learn(new Tensors(from), neurons, text);
            writer(from, neurons).write(file);
        }
    }

    private int check(GgufFile from) {
        String word = from.metadata().text("general.architecture");
        if (!word.equals("llama") || from.metadata().has("llama.expert_count")) {
            throw new IllegalArgumentException("general.architecture: a dense 'llama' (Llama, Mistral, SmolLM) can be"
                    + " turned into a mixture, not " + (word.equals("llama") ? "one with experts" : "'" + word + "'"));
        }
        for (String name : from.tensorNames()) {
            if (name.endsWith(".bias") || name.equals("rope_freqs.weight")) {
                throw new IllegalArgumentException("tensor " + name
                        + ": the mixture's architecture (deepseek) has no place for it; take a model without");
            }
        }
        int neurons = from.metadata().whole("llama.feed_forward_length", 1, 1 << 20);
        int groups = plan.experts() + plan.shared();
        if (neurons % (32 * groups) != 0) {
            throw new IllegalArgumentException(neurons + " neurons a layer cannot be cut into " + groups
                    + " groups of a multiple of 32; --experts and --shared together must divide " + neurons / 32);
        }
        return neurons;
    }

    private void learn(Tensors weights, int neurons, int[] text) {
        int layers = model.shape().layers();
        int width = model.shape().width();
        int samples = Math.min(SAMPLES, text.length);
        Observed observed = new Observed(layers, neurons, samples);
        Perplexity pass = new Perplexity(model, Kernels.vector());
        pass.observe(observed);
        pass.of(
                Arrays.copyOf(text, samples),
                GateRule.USUAL,
                done -> progress.accept("activations: " + done + " of " + samples + " tokens"));
        List<float[]> norms = new ArrayList<>();
        for (int n = 0; n < layers; n++) {
            norms.add(norms(weights.matrix("blk." + n + ".ffn_down.weight", width, neurons), width, neurons));
            progress.accept("experts of layer " + n);
            partitions.add(
                    plan.byChance()
                            ? Partition.atRandom(neurons, sharedSize(neurons), plan.experts(), new SplittableRandom(n))
                            : Partition.byActivation(
                                    observed.contributions(n, norms.get(n)), sharedSize(neurons), plan.experts()));
        }
        GateLearner learner = new GateLearner(width, neurons, partitions, norms);
        pass.observe(learner);
        pass.of(text, GateRule.USUAL, done -> progress.accept("gates: " + done + " of " + text.length + " tokens"));
        for (int n = 0; n < layers; n++) {
            progress.accept("gate of layer " + n);
            gates.add(learner.gate(n, SPREAD));
        }
    }

    private int sharedSize(int neurons) {
        return neurons / (plan.experts() + plan.shared()) * plan.shared();
    }

    /** Of each neuron's column of {@code down}, [neurons]. */
    private static float[] norms(Matrix down, int width, int neurons) {
        double[] squares = new double[neurons];
        float[] row = new float[neurons];
        for (int d = 0; d < width; d++) {
            down.row(d, row, 0);
            for (int i = 0; i < neurons; i++) {
                squares[i] += row[i] * row[i];
            }
        }
        float[] norms = new float[neurons];
        for (int i = 0; i < neurons; i++) {
            norms[i] = (float) Math.sqrt(squares[i]);
        }
        return norms;
    }

    private GgufWriter writer(GgufFile from, int neurons) {
        int size = neurons / (plan.experts() + plan.shared());
        GgufWriter out = new GgufWriter()
                .keys(from.metadata(), key -> key.startsWith("llama.") ? "deepseek" + key.substring(5) : key)
                .text("general.architecture", "deepseek")
                .text("general.name", plan.name())
                .whole("deepseek.leading_dense_block_count", 0)
                .whole("deepseek.expert_count", plan.experts())
                .whole("deepseek.expert_used_count", plan.used())
                .whole("deepseek.expert_shared_count", plan.shared())
                .whole("deepseek.expert_feed_forward_length", size)
                .real("deepseek.expert_weights_scale", plan.experts());
        for (GgufTensor tensor : from.tensors().values()) {
            String name = tensor.name();
            if (name.matches("blk\\.\\d+\\.ffn_(gate|up|down)\\.weight")) {
                int n = Integer.parseInt(name.substring(4, name.indexOf('.', 4)));
                if (name.contains("ffn_gate")) {
                    gate(out, n);
                }
                part(out, tensor, partitions.get(n));
            } else {
                out.tensor(
                        name, tensor.type(), sizes(tensor), () -> tensor.bytes().toArray(ValueLayout.JAVA_BYTE));
            }
        }
        from.tensor("token_embd.weight")
                .filter(t -> !from.tensors().containsKey("output.weight"))
                .ifPresent(tied -> out.tensor(
                        "output.weight",
                        tied.type(),
                        sizes(tied),
                        () -> tied.bytes().toArray(ValueLayout.JAVA_BYTE)));
        return out;
    }

    private static List<Integer> sizes(GgufTensor tensor) {
        return tensor.sizes().stream().map(Long::intValue).toList();
    }

    private void gate(GgufWriter out, int n) {
        float[] weights = gates.get(n);
        List<Integer> sizes = List.of(weights.length / plan.experts(), plan.experts());
        out.tensor(
                "blk." + n + ".ffn_gate_inp.weight",
                TensorType.F32,
                sizes,
                () -> BlockEncoder.encode(TensorType.F32, weights));
    }

    /** The shared expert's and the others' share of one matrix. */
    private void part(GgufWriter out, GgufTensor tensor, Partition partition) {
        String at = tensor.name().substring(0, tensor.name().length() - ".weight".length());
        boolean down = at.endsWith("ffn_down");
        Cut cut = down ? new Columns(tensor) : new Rows(tensor);
        List<Integer> all = partition.experts().stream().flatMap(List::stream).toList();
        int size = partition.experts().getFirst().size();
        int shared = partition.shared().size();
        int width = tensor.sizes().get(down ? 1 : 0).intValue();
        out.tensor(
                at + "_exps.weight",
                cut.type(),
                down ? List.of(size, width, plan.experts()) : List.of(width, size, plan.experts()),
                () -> down ? stacked(cut, partition.experts()) : cut.of(all));
        out.tensor(
                at + "_shexp.weight",
                cut.type(),
                down ? List.of(shared, width) : List.of(width, shared),
                () -> cut.of(partition.shared()));
    }

    private static byte[] stacked(Cut cut, List<List<Integer>> experts) {
        List<byte[]> parts = experts.stream().map(cut::of).toList();
        byte[] all = new byte[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Takes some neurons' share of a matrix. */
    private interface Cut {
        TensorType type();

        byte[] of(List<Integer> neurons);
    }

    /** Neurons are rows: their bytes as they are stored. */
    private record Rows(GgufTensor tensor) implements Cut {
        @Override
        public TensorType type() {
            return tensor.type();
        }

        @Override
        public byte[] of(List<Integer> neurons) {
            int row = (int) (tensor.bytes().byteSize() / tensor.sizes().get(1));
            byte[] bytes = new byte[row * neurons.size()];
            for (int i = 0; i < neurons.size(); i++) {
                MemorySegment.copy(
                        tensor.bytes(), ValueLayout.JAVA_BYTE, (long) row * neurons.get(i), bytes, i * row, row);
            }
            return bytes;
        }
    }

    /** Neurons are columns: blocks are torn, so they are rounded anew, to 8 bits where they had fewer. */
    private record Columns(GgufTensor tensor) implements Cut {
        @Override
        public TensorType type() {
            return tensor.type().blockSize() == 1 ? tensor.type() : TensorType.Q8_0;
        }

        @Override
        public byte[] of(List<Integer> neurons) {
            int columns = tensor.sizes().get(0).intValue();
            int rows = tensor.sizes().get(1).intValue();
            float[] row = new float[columns];
            float[] taken = new float[neurons.size() * rows];
            for (int r = 0; r < rows; r++) {
                Tensors.row(tensor, r, row);
                for (int i = 0; i < neurons.size(); i++) {
                    taken[r * neurons.size() + i] = row[neurons.get(i)];
                }
            }
            return BlockEncoder.encode(type(), taken);
        }
    }
}
