/** Which variant of an A/B test a unit belongs to. */
@NullMarked
package dev.parley.gateway.experiment;

import org.jspecify.annotations.NullMarked;
