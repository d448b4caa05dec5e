/** HTTP in and out: listening, routing by path, relaying, writing answers. */
@NullMarked
package dev.parley.gateway.http;

import org.jspecify.annotations.NullMarked;
