package dev.parley.gateway.observe;

/** HTTP statuses as text, made once. */
final class Status {
    private static final int COUNT = 600;
    private static final String[] TEXTS = new String[COUNT];

    static {
        for (int i = 0; i < COUNT; i++) {
            TEXTS[i] = Integer.toString(i);
        }
    }

    private Status() {}

    static String text(int status) {
        return status >= 0 && status < COUNT ? TEXTS[status] : "other";
    }
}
