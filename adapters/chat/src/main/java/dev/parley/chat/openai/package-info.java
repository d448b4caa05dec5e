/** OpenAI's protocols as a server: chat completions, completions, embeddings, models; and what all of OpenAI's forms share. */
@NullMarked
package dev.parley.chat.openai;

import org.jspecify.annotations.NullMarked;
