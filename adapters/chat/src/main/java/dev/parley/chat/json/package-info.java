/** JSON as bytes: a scanner that validates while it skips, views that keep every value byte-true, edits in place, a writer. */
@NullMarked
package dev.parley.chat.json;

import org.jspecify.annotations.NullMarked;
