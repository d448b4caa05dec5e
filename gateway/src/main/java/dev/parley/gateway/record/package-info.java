/** The one fact of a request, kept durably. */
@NullMarked
package dev.parley.gateway.record;

import org.jspecify.annotations.NullMarked;
