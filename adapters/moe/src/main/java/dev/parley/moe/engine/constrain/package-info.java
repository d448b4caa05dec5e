/** Answers that must be JSON of a given form: which bytes may come next. */
@NullMarked
package dev.parley.moe.engine.constrain;

import org.jspecify.annotations.NullMarked;
