package dev.parley.config.load;

import dev.parley.config.Price;

/** Reads {@code price}: in USD per million tokens, in LiteLLM's keys in USD per token, or {@code free} or {@code unknown}. */
final class PriceReader {
    private static final Form<Long> PER_MILLION =
            Form.price("a price in USD per million tokens from 0 to 100000, no finer than 0.000001", "0.15", 6);
    private static final Form<Long> PER_TOKEN =
            Form.price("a price in USD per token from 0 to 0.1, no finer than 1e-12", "1.5e-07", 12);

    private PriceReader() {}

    static Price read(Section model, Price absent) {
        if (!model.has("price")) {
            return absent;
        }
        if (model.entries("price").getFirst().raw() instanceof Raw.Scalar) {
            return word(model);
        }
        Section price = model.section("price");
        Price read = absent instanceof Price.PerToken known ? over(price, known) : whole(price);
        price.finish();
        return read;
    }

    /** What is not given stays as known; a new input price without cache prices stands for those too. */
    private static Price over(Section price, Price.PerToken known) {
        boolean newInput = price.has("input") || price.has("input_cost_per_token");
        long input = either(price, "input", "input_cost_per_token", known.inputPicoUsd());
        return new Price.PerToken(
                input,
                either(price, "output", "output_cost_per_token", known.outputPicoUsd()),
                either(price, "cache_read", "cache_read_input_token_cost", newInput ? input : known.cacheReadPicoUsd()),
                either(
                        price,
                        "cache_write",
                        "cache_creation_input_token_cost",
                        newInput ? input : known.cacheWritePicoUsd()));
    }

    private static Price whole(Section price) {
        long input = needed(price, "input", "input_cost_per_token");
        return new Price.PerToken(
                input,
                needed(price, "output", "output_cost_per_token"),
                either(price, "cache_read", "cache_read_input_token_cost", input),
                either(price, "cache_write", "cache_creation_input_token_cost", input));
    }

    private static long needed(Section price, String perMillion, String perToken) {
        if (!price.has(perMillion) && !price.has(perToken)) {
            price.reject(
                    perMillion,
                    "is missing, and no price of this model is known",
                    "Give both 'input' and 'output' in USD per million tokens, or write 'price: unknown'");
        }
        return either(price, perMillion, perToken, 0);
    }

    private static long either(Section price, String perMillion, String perToken, long absent) {
        if (price.has(perMillion) && price.has(perToken)) {
            price.reject(perToken, "the same price is given as '" + perMillion + "' too", "Keep one of the two");
        }
        return price.find(perMillion, PER_MILLION)
                .or(() -> price.find(perToken, PER_TOKEN))
                .orElse(absent);
    }

    private static Price word(Section model) {
        return switch (model.get("price", Form.choice(Word.class), Word.UNKNOWN)) {
            case FREE -> new Price.PerToken(0, 0, 0, 0);
            case UNKNOWN -> new Price.Unknown();
        };
    }

    private enum Word {
        FREE,
        UNKNOWN
    }
}
