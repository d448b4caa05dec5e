/** Text to token ids: a WordPiece tokenizer that stops at its token cap. */
@NullMarked
package dev.parley.routermodels.tokenize;

import org.jspecify.annotations.NullMarked;
