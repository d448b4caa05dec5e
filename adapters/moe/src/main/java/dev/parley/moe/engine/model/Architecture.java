package dev.parley.moe.engine.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The families that are computed, as GGUF names them, and what a file's keys and tensors do not say of them. What they do say - biases,
 * norms of queries and keys, shared experts - is taken from the file.
 */
enum Architecture {
    /** Llama, Mistral, SmolLM; with experts Mixtral (arXiv:2401.04088). */
    LLAMA("llama", Turning.NEIGHBOURS, Shares.OF_CHOSEN),
    QWEN2("qwen2", Turning.HALVES, Shares.OF_CHOSEN),
    QWEN3("qwen3", Turning.HALVES, Shares.OF_CHOSEN),
    /** A shared expert with a gate of its own beside the chosen ones. */
    QWEN2_MOE("qwen2moe", Turning.HALVES, Shares.OF_ALL),
    /** arXiv:2505.09388. */
    QWEN3_MOE("qwen3moe", Turning.HALVES, Shares.OF_CHOSEN),
    /** arXiv:2409.02060. */
    OLMOE("olmoe", Turning.HALVES, Shares.OF_ALL),
    /** First layers dense, shared experts without a gate (DeepSeekMoE, arXiv:2401.06066). */
    DEEPSEEK("deepseek", Turning.NEIGHBOURS, Shares.OF_ALL),
    /** Attention sinks, every other layer sees a window only, clamped SwiGLU (arXiv:2508.10925). */
    GPT_OSS("gpt-oss", Turning.HALVES, Shares.OF_CHOSEN),
    /** DeepSeek-V2 (arXiv:2405.04434), V3 and R1 (arXiv:2412.19437), Moonlight, Kimi-K2: latent attention. */
    DEEPSEEK2("deepseek2", Turning.NEIGHBOURS, Shares.AS_SAID);

    private final String word;
    private final Turning turning;
    private final Shares shares;

    /** Which numbers of a head turn together. */
    enum Turning {
        /** 2i and 2i + 1. */
        NEIGHBOURS,
        /** i and i + half the size. */
        HALVES
    }

    /** What the chosen experts' weights are shares of. */
    enum Shares {
        /** Of the mass of the chosen ones, so that they sum to 1. */
        OF_CHOSEN,
        /** Of the mass of all. */
        OF_ALL,
        /** The file's keys say so, and how experts are compared. */
        AS_SAID
    }

    Architecture(String word, Turning turning, Shares shares) {
        this.word = word;
        this.turning = turning;
        this.shares = shares;
    }

    static Optional<Architecture> of(String word) {
        return Arrays.stream(values()).filter(a -> a.word.equals(word)).findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(a -> a.word).collect(Collectors.joining(", "));
    }

    /** GGUF's name, which is also the prefix of its keys. */
    String word() {
        return word;
    }

    Turning turning() {
        return turning;
    }

    Shares shares() {
        return shares;
    }

    /** Whether a position leaves a latent ({@link ModelShape.Latent}). */
    boolean latent() {
        return this == DEEPSEEK2;
    }

    /** Whether layer {@code n} sees only the last positions, where a file speaks of a window. */
    boolean windowed(int n) {
        return this == GPT_OSS && n % 2 == 0;
    }

    /** Whether experts use gpt-oss's clamped form of SwiGLU. */
    boolean clamped() {
        return this == GPT_OSS;
    }

    /** The tensor of the norm before the feed-forward part. */
    String feedForwardNorm() {
        return this == GPT_OSS ? "post_attention_norm.weight" : "ffn_norm.weight";
    }
}
