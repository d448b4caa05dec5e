/** Routers beside the graph, and the place that makes them (docs/routers.md). They say of quality; the rest is the graph's. */
@NullMarked
package dev.parley.graphrouter.routers;

import org.jspecify.annotations.NullMarked;
