package dev.parley.moe.convert;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Architectures of transformers whose checkpoints are converted, with what GGUF calls them and how they name their experts. */
enum Family {
    LLAMA("llama", "LlamaForCausalLM", "mlp"),
    MISTRAL("llama", "MistralForCausalLM", "mlp"),
    MIXTRAL("llama", "MixtralForCausalLM", "block_sparse_moe"),
    QWEN2("qwen2", "Qwen2ForCausalLM", "mlp"),
    QWEN3("qwen3", "Qwen3ForCausalLM", "mlp"),
    QWEN2_MOE("qwen2moe", "Qwen2MoeForCausalLM", "mlp"),
    QWEN3_MOE("qwen3moe", "Qwen3MoeForCausalLM", "mlp"),
    OLMOE("olmoe", "OlmoeForCausalLM", "mlp"),
    DEEPSEEK("deepseek", "DeepseekForCausalLM", "mlp"),
    DEEPSEEK_V2("deepseek2", "DeepseekV2ForCausalLM", "mlp"),
    /** R1's too. */
    DEEPSEEK_V3("deepseek2", "DeepseekV3ForCausalLM", "mlp");

    private final String word;
    private final String className;
    private final String part;

    Family(String word, String className, String part) {
        this.word = word;
        this.className = className;
        this.part = part;
    }

    /** By the class named in config.json. */
    static Optional<Family> of(String className) {
        return Arrays.stream(values())
                .filter(family -> family.className.equals(className))
                .findFirst();
    }

    static String classes() {
        return Arrays.stream(values()).map(family -> family.className).collect(Collectors.joining(", "));
    }

    /** As transformers names it. */
    String className() {
        return className;
    }

    /** GGUF's name of the architecture. */
    String word() {
        return word;
    }

    /** Where a layer keeps its feed-forward part. */
    String part() {
        return part;
    }

    /** The gate, up and down matrices of one expert or of a dense part. */
    List<String> matrices() {
        return this == MIXTRAL ? List.of("w1", "w3", "w2") : List.of("gate_proj", "up_proj", "down_proj");
    }

    String sharedExpert() {
        return word.startsWith("deepseek") ? "shared_experts" : "shared_expert";
    }

    /**
     * Whether heads turn neighbouring numbers together in GGUF and not, as in transformers, those half a head apart: rows are put in
     * another order then. Not for latents, where config.json says which it is.
     */
    boolean turnsNeighbours() {
        return word.equals("llama") || this == DEEPSEEK;
    }

    /** Whether heads attend to latents. */
    boolean latent() {
        return word.equals("deepseek2");
    }

    /** Whether the chosen experts' weights must sum to 1 ({@code norm_topk_prob}). */
    boolean sharesOfChosen() {
        return this == MIXTRAL || this == QWEN3_MOE;
    }
}
