/** Keys, spending caps and rates: reserve, then settle or release. */
@NullMarked
package dev.parley.gateway.budget;

import org.jspecify.annotations.NullMarked;
