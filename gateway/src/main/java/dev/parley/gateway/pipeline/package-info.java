/** The way of a request: decode, admit, recall, encode, predict, assign, plan, execute, record. */
@NullMarked
package dev.parley.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
