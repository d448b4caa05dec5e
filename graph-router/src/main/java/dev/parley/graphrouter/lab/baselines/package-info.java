/** Routers from the literature and plain baselines, trained on one half of a table and asked on the other. Not part of the gateway. */
@NullMarked
package dev.parley.graphrouter.lab.baselines;

import org.jspecify.annotations.NullMarked;
