/** What a model's gates do with given texts: which experts a task needs, and how steady the choice is. */
@NullMarked
package dev.parley.moe.engine.study;

import org.jspecify.annotations.NullMarked;
