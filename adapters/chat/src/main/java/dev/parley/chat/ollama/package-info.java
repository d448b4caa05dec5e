/**
 * Ollama's own API: {@code /api/chat}, {@code /api/generate} and their kin towards clients, {@code /api/chat} towards backends. Shapes:
 * ollama/ollama {@code api/types.go}, {@code docs/api.md}, {@code server/routes.go}; ollama/ollama-js {@code src/interfaces.ts}.
 */
@NullMarked
package dev.parley.chat.ollama;

import org.jspecify.annotations.NullMarked;
