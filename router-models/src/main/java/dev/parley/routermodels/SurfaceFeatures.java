package dev.parley.routermodels;

import dev.parley.config.Capability;

/** Cheap complexity features of a query: size, digits, code, questions, turns, needs. Source: EllieSQL's complexity features. */
public final class SurfaceFeatures {
    private static final int LOOKED_AT = 4096; // characters: a long prompt must not cost an event loop more

    private SurfaceFeatures() {}

    /** Names of the features, in order. */
    public static java.util.List<String> names() {
        return java.util.List.of("log_length", "digit_share", "upper_share", "code", "question", "log_turns", "tools");
    }

    /** [names().size()], each about 0..1. */
    public static float[] of(Query query) {
        String whole = query.text();
        String text = whole.length() > LOOKED_AT ? whole.substring(0, LOOKED_AT) : whole;
        int digits = 0;
        int uppers = 0;
        for (int i = 0; i < text.length(); i++) {
            digits += Character.isDigit(text.charAt(i)) ? 1 : 0;
            uppers += Character.isUpperCase(text.charAt(i)) ? 1 : 0;
        }
        float length = Math.max(1, text.length());
        return new float[] {
            (float) (Math.log1p(whole.length()) / 10),
            digits / length,
            uppers / length,
            text.contains("```") || text.contains("{") ? 1 : 0,
            text.contains("?") ? 1 : 0,
            (float) (Math.log1p(query.turns()) / 4),
            query.needs().contains(Capability.TOOLS) ? 1 : 0
        };
    }
}
