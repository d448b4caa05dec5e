/** Learnt predictions over a query's embedding and words: its task, and how far each model is from what its task lets expect. */
@NullMarked
package dev.parley.graphrouter.head;

import org.jspecify.annotations.NullMarked;
