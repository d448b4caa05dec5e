package dev.parley.graphrouter;

import java.util.Locale;

/** What told which task a query is of, and so what a decision rests on. */
public enum Tier {
    /** Its neighbours by embedding. */
    SEMANTIC,
    /** The client, without an embedding to look for neighbours with. */
    DECLARED,
    /** Its words: there was no embedding in time. */
    LEXICAL,
    /** Nothing: models were compared by their cards, or named by the client. */
    NONE;

    /** As it is logged. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
