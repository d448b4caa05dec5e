/** Gates that lean towards what they did before where answers were right. */
@NullMarked
package dev.parley.moe.engine.remix;

import org.jspecify.annotations.NullMarked;
