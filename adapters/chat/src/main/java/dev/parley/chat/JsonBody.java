package dev.parley.chat;

import java.util.List;
import java.util.Optional;

/**
 * A JSON object as bytes with an index of its top-level members. Editing never copies or parses the rest: the result is a list of
 * slices of the original array around the replaced members.
 */
public interface JsonBody {

    /** The member's raw value; empty if absent. Literal {@code null} counts as present. */
    Optional<RawJson> member(String name);

    /** The member as a string; empty if absent or null; {@link ChatFailure} BAD_REQUEST with the member's name otherwise. */
    Optional<String> string(String name);

    /** The member as a boolean; false if absent or null; {@link ChatFailure} BAD_REQUEST with the member's name otherwise. */
    boolean flag(String name);

    /** Whether the member is there, {@code null} or not. */
    default boolean has(String name) {
        return names().contains(name);
    }

    /** Names of the top-level members in order. */
    List<String> names();

    /** This body with the member replaced, or appended as the last one. */
    JsonBody with(String name, RawJson value);

    /** This body without the member (and its comma). */
    JsonBody without(String name);

    /** The body as consecutive slices of heap arrays, nothing copied. */
    List<Slice> slices();

    int length();

    /** The body as one array. */
    byte[] toBytes();

    /** A range of an array. The array must not be changed. */
    @SuppressWarnings("ArrayRecordComponent")
    record Slice(byte[] bytes, int offset, int length) {

        /** The slices, copied into one array. */
        public static byte[] joined(List<Slice> slices) {
            int length = 0;
            for (Slice slice : slices) {
                length += slice.length;
            }
            byte[] all = new byte[length];
            int at = 0;
            for (Slice slice : slices) {
                System.arraycopy(slice.bytes, slice.offset, all, at, slice.length);
                at += slice.length;
            }
            return all;
        }
    }
}
