/** What is done: the way of a request, and the wiring of all rooms. */
@NullMarked
package dev.parley.gateway;

import org.jspecify.annotations.NullMarked;
