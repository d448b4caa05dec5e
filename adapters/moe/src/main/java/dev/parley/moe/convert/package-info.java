/** Checkpoints as Hugging Face's transformers writes them (config.json, tokenizer.json, safetensors) made into GGUF files. */
@NullMarked
package dev.parley.moe.convert;

import org.jspecify.annotations.NullMarked;
