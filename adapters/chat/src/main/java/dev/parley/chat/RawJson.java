package dev.parley.chat;

/**
 * A JSON value as text, byte-true as it came: numbers keep their digits, members their order.
 *
 * @param text well-formed JSON
 */
public record RawJson(String text) {}
