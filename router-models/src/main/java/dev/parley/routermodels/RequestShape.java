package dev.parley.routermodels;

/**
 * What a request has beyond the text that is read.
 *
 * @param turns of the user
 * @param tools offered, 0 where the client forbids their use
 * @param attachments pictures, documents and recordings in the whole conversation
 * @param schemaChars length of the JSON schema that the answer must have; 0 for none
 */
public record RequestShape(int turns, int tools, int attachments, int schemaChars) {
    private static final int MOST_TURNS = 16;
    private static final int MOST_TOOLS = 90;
    private static final int MOST_ATTACHMENTS = 6;
    private static final int MOST_SCHEMA = 4000;

    /** A first question and nothing else. */
    public static final RequestShape BARE = new RequestShape(1, 0, 0, 0);

    /** Turns alone. */
    public static RequestShape ofTurns(int turns) {
        return new RequestShape(turns, 0, 0, 0);
    }

    /** Values [4], each about 0..1, as the training sees them ({@code training/heads/request.py}); zeros for {@link #BARE}. */
    public float[] features() {
        return new float[] {
            log(Math.min(turns, MOST_TURNS) - 1, 3),
            log(Math.min(tools, MOST_TOOLS), 5),
            log(Math.min(attachments, MOST_ATTACHMENTS), 3),
            log(Math.min(schemaChars, MOST_SCHEMA), 10)
        };
    }

    private static float log(int count, int scale) {
        return (float) (Math.log1p(Math.max(0, count)) / scale);
    }
}
