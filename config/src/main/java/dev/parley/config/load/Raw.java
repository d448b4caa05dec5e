package dev.parley.config.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tree as written: YAML without types, each node with its place. */
sealed interface Raw {
    Place place();

    /** Nothing was written after the key. */
    record Empty(Place place) implements Raw {}

    /**
     * @param text after interpolation
     * @param source as written in the file
     * @param origin where {@code text} came from
     */
    record Scalar(String text, String source, Origin origin, Place place) implements Raw {
        static Scalar literal(String text, Place place) {
            return new Scalar(text, text, Origin.FILE, place);
        }

        /** May be a secret. */
        @Override
        public String toString() {
            return "Scalar[" + place + "]";
        }
    }

    /** Where a scalar's text came from. */
    enum Origin {
        FILE,
        OUTSIDE,
        /** Interpolation failed and was reported; nobody needs to complain again. */
        UNRESOLVED
    }

    /** A list. */
    record Items(List<Raw> items, Place place) implements Raw {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A mapping in the order of the file. */
    record Fields(Map<String, Field> fields, Place place) implements Raw {
        public Fields {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        static Fields none(Place place) {
            return new Fields(Map.of(), place);
        }

        /** These fields with those of {@code over} in their stead; mappings are merged, lists replaced. */
        Fields overlaidBy(Fields over) {
            Map<String, Field> merged = new LinkedHashMap<>(fields);
            over.fields.forEach((key, field) -> merged.merge(key, field, Field::overlaidBy));
            return new Fields(merged, over.place);
        }

        Fields with(String key, Raw value) {
            Map<String, Field> merged = new LinkedHashMap<>(fields);
            merged.put(key, new Field(value.place(), value));
            return new Fields(merged, place);
        }

        /** The scalar's text, or empty text if there is none. */
        String text(String key) {
            Field field = fields.get(key);
            return field != null && field.value() instanceof Scalar scalar ? scalar.text() : "";
        }
    }

    /** A key's place and value. */
    record Field(Place keyPlace, Raw value) {
        Field overlaidBy(Field over) {
            return value instanceof Fields under && over.value instanceof Fields upper
                    ? new Field(over.keyPlace, under.overlaidBy(upper))
                    : over;
        }
    }
}
