package dev.parley.chat;

import java.util.List;

/**
 * One message of a conversation.
 *
 * @param name of the speaker, or empty
 */
public record Turn(Role role, List<Part> parts, String name) {
    public Turn {
        parts = List.copyOf(parts);
    }

    public Turn(Role role, List<Part> parts) {
        this(role, parts, "");
    }

    public static Turn text(Role role, String text) {
        return new Turn(role, List.of(new Part.Text(text)));
    }

    /** Whether it instructs, and is no part of what is said to and fro. */
    public boolean instructs() {
        return role == Role.SYSTEM || role == Role.DEVELOPER;
    }

    /** The text parts, joined by line breaks. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Text t) {
                text.append(text.isEmpty() ? "" : "\n").append(t.text());
            }
        }
        return text.toString();
    }

    /** Who speaks. Tool results travel in a TOOL turn, one or several {@link Part.ToolResult} each. */
    public enum Role {
        SYSTEM,
        DEVELOPER,
        USER,
        ASSISTANT,
        TOOL
    }
}
