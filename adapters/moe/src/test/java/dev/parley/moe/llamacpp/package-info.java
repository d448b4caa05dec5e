/** llama.cpp v0.4.0 in a child JVM: what the engine's numbers, texts and speed are compared with. */
@NullMarked
package dev.parley.moe.llamacpp;

import org.jspecify.annotations.NullMarked;
