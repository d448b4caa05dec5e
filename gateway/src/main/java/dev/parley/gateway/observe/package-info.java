/** Metrics and logs. */
@NullMarked
package dev.parley.gateway.observe;

import org.jspecify.annotations.NullMarked;
