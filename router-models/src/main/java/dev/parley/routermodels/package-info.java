/** What is known of a query: its features, from an encoder that runs on its own bounded pool. */
@NullMarked
package dev.parley.routermodels;

import org.jspecify.annotations.NullMarked;
