/** llama.cpp as a second engine: its library in a child JVM (docs/adr/0016), and the scheduling of its answers here. JDK only. */
@NullMarked
package dev.parley.moe.llamacpp;

import org.jspecify.annotations.NullMarked;
