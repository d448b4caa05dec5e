/** What is said, and to whom: the neutral words of a chat, the dialects that write them, the backends that answer. */
@NullMarked
package dev.parley.chat;

import org.jspecify.annotations.NullMarked;
