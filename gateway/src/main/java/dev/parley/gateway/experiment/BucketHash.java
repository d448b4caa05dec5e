package dev.parley.gateway.experiment;

import java.nio.charset.StandardCharsets;

/** GrowthBook's hash, version 2: FNV-1a 32 of the decimal text of FNV-1a 32 of seed and value. Source: growthbook docs/lib/build-your-own.mdx. */
final class BucketHash {
    private static final int OFFSET = 0x811c9dc5;
    private static final int PRIME = 0x01000193;

    private BucketHash() {}

    /** In [0, 1), a multiple of 1/10000. */
    static double of(String seed, String value) {
        long inner = Integer.toUnsignedLong(fnv1a32(seed + value));
        long outer = Integer.toUnsignedLong(fnv1a32(Long.toString(inner)));
        return outer % 10_000 / 10_000.0;
    }

    static int fnv1a32(String text) {
        int hash = OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return hash;
    }
}
