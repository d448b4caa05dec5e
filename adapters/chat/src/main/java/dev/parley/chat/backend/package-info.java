/** Backends over HTTP: pooled connections, limits of time, back-pressure, faults in our words. */
@NullMarked
package dev.parley.chat.backend;

import org.jspecify.annotations.NullMarked;
