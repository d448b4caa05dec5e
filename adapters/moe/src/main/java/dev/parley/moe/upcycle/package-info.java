/** Makes a mixture of experts of a dense model, and says what it is worth. */
@NullMarked
package dev.parley.moe.upcycle;

import org.jspecify.annotations.NullMarked;
