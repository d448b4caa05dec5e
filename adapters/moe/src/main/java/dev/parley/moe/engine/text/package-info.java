/** Between text and tokens: tokenizer, chat template, streaming decoder, stop sequences. */
@NullMarked
package dev.parley.moe.engine.text;

import org.jspecify.annotations.NullMarked;
