/** Test doubles that several rooms share. */
@NullMarked
package dev.parley.gateway.testing;

import org.jspecify.annotations.NullMarked;
