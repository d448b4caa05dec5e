/** OpenAI's responses API as a server. */
@NullMarked
package dev.parley.chat.openai.responses;

import org.jspecify.annotations.NullMarked;
