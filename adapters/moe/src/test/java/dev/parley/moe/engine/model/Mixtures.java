package dev.parley.moe.engine.model;

import dev.parley.moe.engine.RandomModel;
import dev.parley.moe.engine.TinyModel;
import dev.parley.moe.engine.gguf.TensorType;

/** Small random mixtures of one vocabulary size, by the kind of their attention. */
final class Mixtures {
    static final int VOCABULARY = TinyModel.VOCABULARY;

    private static final RandomModel.Sizes SMALL = new RandomModel.Sizes(2, 128, 64, 4, 1, 8, 2);

    private Mixtures() {}

    /**
     * @param attention {@code heads} (Llama) or {@code latents} (DeepSeek-V3)
     * @param storage F32, Q8_0 or Q4_0
     */
    static Model of(String attention, String storage) {
        return switch (attention) {
            case "heads" ->
                TinyModel.of(TinyModel.Sizes.MIXTURE, TinyModel.Storage.valueOf(storage), 3)
                        .load();
            case "latents" ->
                ModelLoader.load(
                        "latents.gguf",
                        RandomModel.of("deepseek2", SMALL, TensorType.valueOf(storage), 3)
                                .bytes());
            default -> throw new IllegalArgumentException(attention);
        };
    }
}
