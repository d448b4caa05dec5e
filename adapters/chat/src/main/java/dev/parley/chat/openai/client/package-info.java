/** Chat completions as a client: OpenAI-type backends. */
@NullMarked
package dev.parley.chat.openai.client;

import org.jspecify.annotations.NullMarked;
