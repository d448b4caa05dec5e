package dev.parley.gateway.http;

import java.util.random.RandomGenerator;

/** Names of requests: {@code req_} and 24 characters. Belongs to one event loop. */
final class RequestIds {
    private static final char[] ALPHABET =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_".toCharArray();
    private static final int LENGTH = 24;
    private static final int CHARS_PER_LONG = 10;

    private final RandomGenerator random;

    RequestIds(RandomGenerator random) {
        this.random = random;
    }

    String next() {
        char[] id = new char[4 + LENGTH];
        id[0] = 'r';
        id[1] = 'e';
        id[2] = 'q';
        id[3] = '_';
        long bits = 0;
        for (int i = 0; i < LENGTH; i++) {
            if (i % CHARS_PER_LONG == 0) {
                bits = random.nextLong();
            }
            id[4 + i] = ALPHABET[(int) (bits & 63)];
            bits >>>= 6;
        }
        return new String(id);
    }
}
