package dev.parley.gateway.cache;

/**
 * Where a request's answer lies.
 *
 * @param digest SHA-256, hexadecimal
 * @param readable false if the client wants a fresh answer ({@code cache-control: no-cache}), which then replaces the kept one
 */
public record CacheKey(String digest, boolean readable) {}
