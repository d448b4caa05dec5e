package dev.parley.moe.engine.constrain;

import org.jspecify.annotations.Nullable;

/** What is still to be written, the next first. Immutable, linked. */
record Due(Part next, @Nullable Due then) {

    /** A piece of a document that has begun or is to come. */
    sealed interface Part {
        /** A value from its first byte. */
        record Value(JsonForm form) implements Part {}

        /**
         * These bytes.
         *
         * @param bytes one byte a character
         */
        record Bytes(String bytes, int at) implements Part {}

        /** White space, or none: one space, or a new line and its indentation. More would let a model write nothing else. */
        record Gap(boolean broken, int spaces) implements Part {}

        /**
         * The rest of a string after its opening quote.
         *
         * @param length code points so far
         * @param escape {@link Strings}
         * @param utf8 {@link Utf8}
         */
        record Chars(JsonForm.Text form, int length, int escape, int utf8) implements Part {}

        /** The rest of a number. */
        record Digits(Numbers state, boolean integer, int count) implements Part {}

        /**
         * After an object's opening or a member: a comma and a member, or the end.
         *
         * @param at the first declared member that may still come
         */
        record MemberOrEnd(JsonForm.Members form, int at, boolean first) implements Part {}

        /** A member from its name's opening quote. */
        record Name(JsonForm.Members form, int at) implements Part {}

        /**
         * The rest of a name that is not declared.
         *
         * @param bytes so far, one a character
         */
        record FreeName(JsonForm.Members form, String bytes, int utf8) implements Part {}

        /** After an array's opening or an item: a comma and an item, or the end. */
        record ItemOrEnd(JsonForm.Items form, int count) implements Part {}
    }

    /** The same with a part before it. */
    static Due of(Part part, @Nullable Due then) {
        return new Due(part, then);
    }
}
