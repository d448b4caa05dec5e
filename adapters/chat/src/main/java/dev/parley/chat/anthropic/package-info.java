/** Anthropic's Messages API: towards clients ({@code AnthropicServer}) and towards backends ({@code AnthropicClient}). */
@NullMarked
package dev.parley.chat.anthropic;

import org.jspecify.annotations.NullMarked;
