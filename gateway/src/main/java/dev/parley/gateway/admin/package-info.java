/** The management side: decisions, models, console, health. */
@NullMarked
package dev.parley.gateway.admin;

import org.jspecify.annotations.NullMarked;
