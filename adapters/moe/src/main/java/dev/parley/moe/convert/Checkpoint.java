package dev.parley.moe.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small files of a checkpoint's folder. */
final class Checkpoint {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final JsonNode config;
    private final JsonNode settings;

    /** Throws {@link IllegalArgumentException} if there is no config.json. */
    Checkpoint(Path folder) {
        this.folder = folder;
        config = json("config.json");
        settings = optional("tokenizer_config.json");
    }

    JsonNode config() {
        return config;
    }

    /** tokenizer_config.json; an empty object if there is none. */
    JsonNode settings() {
        return settings;
    }

    JsonNode optional(String name) {
        return Files.exists(folder.resolve(name)) ? json(name) : JSON.createObjectNode();
    }

    JsonNode json(String name) {
        try {
            return JSON.readTree(text(name));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(folder.resolve(name) + " is not well-formed JSON", e);
        }
    }

    String text(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(file + " is missing: name a folder with a chat model that transformers'"
                    + " save_pretrained wrote, its tokenizer included");
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** A whole number of config.json; throws {@link IllegalArgumentException} if it is missing. */
    int whole(String name) {
        int value = config.path(name).asInt(-1);
        if (value < 0) {
            throw new IllegalArgumentException("config.json: " + name + " is missing or no whole number");
        }
        return value;
    }

    int whole(String name, int absent) {
        return config.path(name).isInt() ? whole(name) : absent;
    }

    /** A setting of the rotary positions, which newer files keep in an object of their own. */
    JsonNode rope(String name) {
        JsonNode own = config.path("rope_parameters").path(name);
        return own.isMissingNode() ? config.path("rope_scaling").path(name) : own;
    }
}
