/** Reads GGUF version 3 files, trusting nothing in them. */
@NullMarked
package dev.parley.moe.engine.gguf;

import org.jspecify.annotations.NullMarked;
