/** Sampling and continuous batching: many answers computed together, token by token. */
@NullMarked
package dev.parley.moe.engine.generate;

import org.jspecify.annotations.NullMarked;
