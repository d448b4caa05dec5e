package dev.parley.chat;

import dev.parley.config.ModelCard;

/**
 * About how many tokens something is, where no tokenizer of the model is at hand: four characters of Latin script a token, one of denser
 * scripts, as the byte-pair vocabularies of today's large models come out on average. Meant for budgets, routing and
 * {@code count_tokens}; off by a fifth either way on prose, more on code or tables. Stateless.
 */
public final class TokenEstimate {
    private static final int CHARS_PER_TOKEN = ModelCard.USUAL_CHARS_PER_TOKEN;
    /** Of the marks around a turn. */
    private static final int TURN = 4;
    /** Of a picture of about 1 megapixel (Anthropic: pixels / 750). */
    private static final int IMAGE = 1_300;
    /** Of a document, at least: a page. */
    private static final int PAGE = 1_500;
    /** Base64 characters of a page of PDF, about. */
    private static final int PAGE_BASE64 = 60_000;
    /** Base64 characters of a second of compressed speech, and its tokens. */
    private static final int SECOND_BASE64 = 5_000;

    private static final int SECOND = 10;

    private TokenEstimate() {}

    /** Tokens of the prompt: turns, tools and the form asked for. At least 1. */
    public static int of(Conversation conversation) {
        long tokens = 0;
        for (Turn turn : conversation.turns()) {
            tokens += TURN;
            for (Part part : turn.parts()) {
                tokens += of(part);
            }
        }
        for (Tool tool : conversation.tools()) {
            tokens += of(tool);
        }
        if (conversation.format() instanceof OutputFormat.JsonSchema schema) {
            tokens += ofText(schema.schema().text());
        }
        return Math.clamp(tokens, 1, Integer.MAX_VALUE);
    }

    /** Tokens of a text; 0 if it is empty. */
    public static long ofText(String text) {
        long quarters = 0;
        for (int i = 0; i < text.length(); i++) {
            quarters += isDense(text.charAt(i)) ? CHARS_PER_TOKEN : 1;
        }
        return (quarters + CHARS_PER_TOKEN - 1) / CHARS_PER_TOKEN;
    }

    /** Whether a character of this script is about a token: from the Indic scripts on, with CJK; half of an emoji counts too. */
    private static boolean isDense(char c) {
        return c >= '\u0900' && !(c >= '\u2000' && c <= '\u206F');
    }

    private static long of(Tool tool) {
        return switch (tool) {
            case Tool.Function f ->
                TURN
                        + ofText(f.name())
                        + ofText(f.description())
                        + ofText(f.parameters().text());
            case Tool.Foreign f -> TURN + ofText(f.json().text());
        };
    }

    private static long of(Part part) {
        return switch (part) {
            case Part.Text p -> ofText(p.text());
            case Part.Refusal p -> ofText(p.text());
            case Part.Reasoning p -> ofText(p.text());
            case Part.RedactedReasoning p -> p.data().length() / CHARS_PER_TOKEN;
            case Part.ToolUse p -> TURN + ofText(p.name()) + ofText(p.arguments());
            case Part.ToolResult p -> {
                long tokens = TURN;
                for (Part inner : p.content()) {
                    tokens += of(inner);
                }
                yield tokens;
            }
            case Part.Image p -> IMAGE;
            case Part.Document p ->
                p.media() instanceof Part.Media.Inline inline
                        ? Math.max(PAGE, (long) inline.base64().length() * PAGE / PAGE_BASE64)
                        : PAGE;
            case Part.Audio p -> (long) p.base64().length() * SECOND / SECOND_BASE64;
            case Part.Foreign p -> ofText(p.json().text());
        };
    }
}
