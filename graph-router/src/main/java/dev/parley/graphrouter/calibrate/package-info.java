/** From answers to outcomes: how right an answer is. */
@NullMarked
package dev.parley.graphrouter.calibrate;

import org.jspecify.annotations.NullMarked;
