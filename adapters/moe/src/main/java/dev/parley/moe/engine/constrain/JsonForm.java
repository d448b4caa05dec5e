package dev.parley.moe.engine.constrain;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The form of a JSON value. Immutable. */
public sealed interface JsonForm {
    /** Any value at all. */
    JsonForm ANY = new Named("");

    /** Any object. */
    JsonForm OBJECT = new Members(List.of(), Optional.of(ANY));

    /**
     * A string.
     *
     * @param least characters (code points)
     * @param most characters
     */
    record Text(int least, int most) implements JsonForm {}

    /** A number; the integers are written without fraction and exponent. */
    record Numeral(boolean integer) implements JsonForm {}

    /**
     * One value, written like this.
     *
     * @param json without white space
     */
    record Literal(String json) implements JsonForm {}

    /** Any of these. */
    record OneOf(List<JsonForm> forms) implements JsonForm {
        public OneOf {
            forms = List.copyOf(forms);
        }
    }

    /**
     * An object. Its declared members come first and in their order.
     *
     * @param others the form of further members; empty if there may be none
     */
    record Members(List<Member> declared, Optional<JsonForm> others) implements JsonForm {
        public Members {
            declared = List.copyOf(declared);
        }
    }

    /** A member of an object. */
    record Member(String name, JsonForm form, boolean required) {}

    /** An array. */
    record Items(JsonForm each, int least, int most) implements JsonForm {}

    /** A form with a name, so that forms can hold themselves. */
    record Named(String name) implements JsonForm {}

    /**
     * What a whole answer must be.
     *
     * @param named forms by name
     */
    record Document(JsonForm root, Map<String, JsonForm> named) {
        private static final JsonForm ANY_VALUE = new OneOf(List.of(
                OBJECT,
                new Items(ANY, 0, Integer.MAX_VALUE),
                new Text(0, Integer.MAX_VALUE),
                new Numeral(false),
                new Literal("true"),
                new Literal("false"),
                new Literal("null")));

        public Document {
            named = Map.copyOf(named);
        }

        JsonForm form(Named name) {
            JsonForm form = name.equals(ANY) ? ANY_VALUE : named.get(name.name());
            if (form == null) {
                throw new IllegalStateException("no form is named " + name.name());
            }
            return form;
        }
    }
}
