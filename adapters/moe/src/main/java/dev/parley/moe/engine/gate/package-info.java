/** How gates choose experts: by training, by the wish of a request, and what they chose. */
@NullMarked
package dev.parley.moe.engine.gate;

import org.jspecify.annotations.NullMarked;
