package dev.parley.routermodels;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Does a user's turn go on from the turns before ("And of Chile?", "make it shorter"), so that it says little alone, or does it ask
 * something new? By how near both are in the encoder's space, and by words that point back. Numbers in docs/heads.md. Pure.
 */
public final class FollowUp {
    /** Longer turns stand for themselves. Characters. */
    public static final int LONGEST = 250;

    private static final int LEAST_EARLIER = 20; // characters: less is probably a follow-up itself
    private static final int MOST_EARLIER = 300;
    private static final double NEAR = 0.2; // cosine
    private static final double SIGN = 0.1; // what a word that points back is worth

    private static final Pattern POINTS_BACK = Pattern.compile(
            "^\\s*(?:and|but|or|so|also|then|what about|how about|what if|why|if)\\b"
                    + "|\\b(?:it|that|this|these|those|them|above|previous|previously|earlier|your|again|instead|same|another"
                    + "|shorter|longer|simpler|continue|now)\\b",
            Pattern.CASE_INSENSITIVE);

    private FollowUp() {}

    /**
     * What the last of a user's turns may go on from: the turn before, and those before that as long as they are short. Empty if there
     * is none, or if the last is too long to depend on it.
     *
     * @param turns of the user alone, in their order, the last included
     */
    public static String earlier(List<String> turns) {
        if (turns.size() < 2 || turns.getLast().length() > LONGEST) {
            return "";
        }
        String earlier = "";
        for (int i = turns.size() - 2; i >= 0 && earlier.length() < LEAST_EARLIER; i--) {
            earlier = earlier.isEmpty() ? turns.get(i) : joined(turns.get(i), earlier);
        }
        return cut(earlier.strip());
    }

    /** Both as one text. */
    public static String joined(String earlier, String text) {
        return earlier + '\n' + text;
    }

    /** Whether its words point back: all that can be told without embeddings. */
    public static boolean pointsBack(String text) {
        return POINTS_BACK.matcher(text).find();
    }

    /**
     * @param text the last turn
     * @param embedding of it, of length 1
     * @param before that of {@link #earlier}
     */
    public static boolean likely(String text, float[] embedding, float[] before) {
        double near = 0;
        for (int i = 0; i < embedding.length; i++) {
            near += embedding[i] * before[i];
        }
        return near + (pointsBack(text) ? SIGN : 0) >= NEAR;
    }

    private static String cut(String text) {
        if (text.length() <= MOST_EARLIER) {
            return text;
        }
        return text.substring(
                0, Character.isHighSurrogate(text.charAt(MOST_EARLIER - 1)) ? MOST_EARLIER - 1 : MOST_EARLIER);
    }
}
