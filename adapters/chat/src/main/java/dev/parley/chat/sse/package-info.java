/** Server-sent events: a reader for every dialect seen in the wild, a writer for the one we send. */
@NullMarked
package dev.parley.chat.sse;

import org.jspecify.annotations.NullMarked;
