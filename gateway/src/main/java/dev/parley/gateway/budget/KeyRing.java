package dev.parley.gateway.budget;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the holder of a presented key. Keys are compared as SHA-256 digests, always all of them and each to the end, so the time
 * taken says nothing about how close a guess is. A key found once is found by its hash from then on: to be compared with it, a guess
 * would have to have its hash, which says nothing about its characters. Thread-safe.
 */
final class KeyRing {
    private static final int WORDS = 4;
    private final List<KeyHolder> holders;
    private final long[] digests;
    /** Keys that were found before, by their text: no more than there are holders. */
    private final Map<String, KeyHolder> known = new ConcurrentHashMap<>();

    KeyRing(List<KeyHolder> holders) {
        this.holders = List.copyOf(holders);
        this.digests = new long[holders.size() * WORDS];
        for (int i = 0; i < holders.size(); i++) {
            long[] digest = digest(holders.get(i).spec().secret().reveal());
            System.arraycopy(digest, 0, digests, i * WORDS, WORDS);
        }
    }

    List<KeyHolder> holders() {
        return holders;
    }

    Optional<KeyHolder> find(String presented) {
        KeyHolder before = known.get(presented);
        return before == null ? compare(presented) : Optional.of(before);
    }

    private Optional<KeyHolder> compare(String presented) {
        long[] sought = digest(presented);
        int found = -1;
        for (int i = 0; i < holders.size(); i++) {
            long difference = 0;
            for (int w = 0; w < WORDS; w++) {
                difference |= sought[w] ^ digests[i * WORDS + w];
            }
            int same = difference == 0 ? -1 : 0;
            found = (found & ~same) | (i & same);
        }
        if (found < 0 || presented.isEmpty()) {
            return Optional.empty();
        }
        known.put(presented, holders.get(found));
        return Optional.of(holders.get(found));
    }

    private static long[] digest(String key) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            long[] words = new long[WORDS];
            ByteBuffer.wrap(sha).asLongBuffer().get(words);
            return words;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
