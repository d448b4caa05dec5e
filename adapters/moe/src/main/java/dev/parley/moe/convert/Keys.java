package dev.parley.moe.convert;

import dev.parley.moe.engine.gguf.GgufWriter;

/** Writes keys of an architecture, which bear its name in front. */
record Keys(GgufWriter out, String architecture) {
    private String key(String name) {
        return architecture + "." + name;
    }

    Keys whole(String name, int value) {
        out.whole(key(name), value);
        return this;
    }

    /** Rounded to 32 bits. */
    Keys real(String name, double value) {
        out.real(key(name), (float) value);
        return this;
    }

    Keys flag(String name, boolean value) {
        out.flag(key(name), value);
        return this;
    }

    Keys text(String name, String value) {
        out.text(key(name), value);
        return this;
    }
}
