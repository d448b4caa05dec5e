/** Weights, activations, and the kernels that multiply them. */
@NullMarked
package dev.parley.moe.engine.tensor;

import org.jspecify.annotations.NullMarked;
