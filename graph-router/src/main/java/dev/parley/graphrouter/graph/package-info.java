/** The routing graph as a JGraphT graph: structure, validation, explanation. Not for the request path. */
@NullMarked
package dev.parley.graphrouter.graph;

import org.jspecify.annotations.NullMarked;
