/** Carries plans out: calls, retries, fallbacks, fan-outs, health of backends. */
@NullMarked
package dev.parley.gateway.execute;

import org.jspecify.annotations.NullMarked;
