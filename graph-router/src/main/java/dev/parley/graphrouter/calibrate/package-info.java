/** How right an answer is, what a predicted chance is worth, and which threshold keeps a tolerated loss. */
@NullMarked
package dev.parley.graphrouter.calibrate;

import org.jspecify.annotations.NullMarked;
