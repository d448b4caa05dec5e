package dev.parley.gateway.observe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Lets the first few of names that strangers choose become labels; the rest is {@code other}. Thread-safe. */
final class FirstNames {
    private static final int MOST = 32;
    private static final int LONGEST = 48;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    String label(String name) {
        if (seen.contains(name)) {
            return name;
        }
        boolean room = seen.size() < MOST && name.length() <= LONGEST;
        if (room) {
            seen.add(name);
        }
        return room ? name : "other";
    }
}
