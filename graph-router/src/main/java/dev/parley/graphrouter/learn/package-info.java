/** From outcomes to a routing graph: anchors, statistics, tuning. */
@NullMarked
package dev.parley.graphrouter.learn;

import org.jspecify.annotations.NullMarked;
