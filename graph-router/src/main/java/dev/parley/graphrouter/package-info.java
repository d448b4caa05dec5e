/** What is predicted and decided: a task - query anchor - model graph, predictions read off it, plans chosen by a policy. */
@NullMarked
package dev.parley.graphrouter;

import org.jspecify.annotations.NullMarked;
