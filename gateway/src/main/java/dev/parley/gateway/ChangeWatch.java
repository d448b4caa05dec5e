package dev.parley.gateway;

/**
 * Tells when a file that is looked at from time to time has changed, once it stands still for one look: half a file, as an editor leaves it
 * for a moment, may be a configuration too, without the keys at its end. Not thread-safe.
 */
final class ChangeWatch {
    private long used;
    private long seen;

    /** @param now a number that changes with the file */
    ChangeWatch(long now) {
        used = now;
        seen = now;
    }

    /** Whether the file is to be read now; true once for each change. */
    boolean due(long now) {
        boolean stands = now == seen;
        seen = now;
        if (!stands || now == used) {
            return false;
        }
        used = now;
        return true;
    }
}
