/** Compares routers on tables of real outcomes, with the baselines a router must beat. Not part of the gateway. */
@NullMarked
package dev.parley.graphrouter.lab;

import org.jspecify.annotations.NullMarked;
