/** OpenAI's protocols: chat completions from both sides; responses, completions, embeddings and models as a server. */
@NullMarked
package dev.parley.chat.openai;

import org.jspecify.annotations.NullMarked;
