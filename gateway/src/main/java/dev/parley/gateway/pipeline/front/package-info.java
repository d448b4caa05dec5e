/** What the transport sees of the pipeline: whom it hands a call to, and what it gets back. */
@NullMarked
package dev.parley.gateway.pipeline.front;

import org.jspecify.annotations.NullMarked;
