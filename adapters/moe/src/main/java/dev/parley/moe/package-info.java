/** The local mixture-of-experts models: loading them, and answering from them as a {@link dev.parley.chat.Backend}. */
@NullMarked
package dev.parley.moe;

import org.jspecify.annotations.NullMarked;
