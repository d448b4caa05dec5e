/** Same request, same answer, without a call. */
@NullMarked
package dev.parley.gateway.cache;

import org.jspecify.annotations.NullMarked;
