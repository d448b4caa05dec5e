package dev.parley.routermodels;

/**
 * What a text is written in. Immutable.
 *
 * @param name ISO 639-1, or {@code code}
 * @param chance that it is
 */
public record Language(String name, double chance) {
    /** For what cannot be told (BCP 47). */
    public static final String UNKNOWN = "und";

    private static final double LIKELY = 0.4; // names of one word in a short text stay below

    /** The name, or {@link #UNKNOWN} where another is nearly as likely. */
    public String likely() {
        return chance < LIKELY ? UNKNOWN : name;
    }
}
