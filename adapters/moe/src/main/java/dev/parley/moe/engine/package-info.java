/** The inference core. JDK only: knows no Vert.x, no JSON and no chat protocol. */
@NullMarked
package dev.parley.moe.engine;

import org.jspecify.annotations.NullMarked;
