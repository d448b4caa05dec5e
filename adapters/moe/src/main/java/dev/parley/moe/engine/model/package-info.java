/** A loaded model and its forward pass. */
@NullMarked
package dev.parley.moe.engine.model;

import org.jspecify.annotations.NullMarked;
