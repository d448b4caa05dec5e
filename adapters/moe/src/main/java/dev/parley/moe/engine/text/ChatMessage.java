package dev.parley.moe.engine.text;

/** One turn of a conversation, as a template sees it. */
public record ChatMessage(Role role, String content) {
    /** Who speaks. */
    public enum Role {
        SYSTEM("system"),
        USER("user"),
        ASSISTANT("assistant");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        /** As templates write it. */
        public String word() {
            return word;
        }
    }
}
