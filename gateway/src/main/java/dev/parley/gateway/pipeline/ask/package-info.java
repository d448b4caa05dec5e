/** What a request asks of routing: its model name, members and headers, and how they bear on a plan. */
@NullMarked
package dev.parley.gateway.pipeline.ask;

import org.jspecify.annotations.NullMarked;
