/** What exists and what is wanted: models, backends, prices, policies, keys, experiments. Immutable; knows no I/O but its loader. */
@NullMarked
package dev.parley.config;

import org.jspecify.annotations.NullMarked;
