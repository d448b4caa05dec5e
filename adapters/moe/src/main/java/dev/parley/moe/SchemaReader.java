package dev.parley.moe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.chat.ChatFailure;
import dev.parley.chat.RawJson;
import dev.parley.moe.engine.constrain.JsonForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads a JSON schema (2020-12, and the parts of it that structured outputs use) as a {@link JsonForm}. What only narrows values further,
 * such as {@code pattern} or {@code minimum}, is not enforced, with a warning. Objects with declared properties have no others unless
 * {@code additionalProperties} says so: a model that may add members seldom stops.
 */
final class SchemaReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_FORMS = 10_000;
    private static final int DEEPEST = 100;
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions");
    private static final Set<String> ENFORCED = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "allOf",
            "$ref");

    private final JsonNode root;
    private final String member;
    private final Consumer<String> warnings;
    private final Map<String, JsonForm> named = new HashMap<>();
    private final Set<String> begun = new HashSet<>();
    private int forms;

    private SchemaReader(JsonNode root, String member, Consumer<String> warnings) {
        this.root = root;
        this.member = member;
        this.warnings = warnings;
    }

    /**
     * @param member of the request that holds it, for messages
     * @param warnings told what is not enforced
     * @throws ChatFailure BAD_REQUEST naming the place
     */
    static JsonForm.Document read(RawJson schema, String member, Consumer<String> warnings) {
        try {
            SchemaReader reader = new SchemaReader(JSON.readTree(schema.text()), member, warnings);
            JsonForm form = reader.form(reader.root, "", 0);
            reader.named.keySet().forEach(name -> reader.begins(new JsonForm.Named(name), new HashSet<>()));
            return new JsonForm.Document(form, reader.named);
        } catch (JsonProcessingException e) {
            throw ChatFailure.badRequest(member, member + " must be well-formed JSON.");
        }
    }

    private JsonForm form(JsonNode schema, String place, int depth) {
        if (++forms > MOST_FORMS || depth > DEEPEST) {
            throw wrong(place, "is too large: at most " + MOST_FORMS + " schemas, " + DEEPEST + " deep");
        }
        if (schema.isBoolean() && schema.booleanValue()) {
            return JsonForm.ANY;
        }
        if (!schema.isObject()) {
            throw wrong(place, "must be an object");
        }
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!ENFORCED.contains(keyword) && !ANNOTATIONS.contains(keyword)) {
                warnings.accept(member + place + "." + keyword + " is not enforced by the local engine");
            }
        });
        if (schema.has("$ref")) {
            return reference(schema.path("$ref").asText(), place, depth);
        }
        if (schema.has("const")) {
            return new JsonForm.Literal(schema.path("const").toString());
        }
        if (schema.has("enum")) {
            return oneOf(literals(schema.path("enum"), place + ".enum"));
        }
        for (String several : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(several)) {
                return combined(schema.path(several), several, place, depth);
            }
        }
        return typed(schema, place, depth);
    }

    /** A form that is nothing but itself has no values. */
    private void begins(JsonForm form, Set<String> through) {
        switch (form) {
            case JsonForm.Named any when form.equals(JsonForm.ANY) -> {}
            case JsonForm.Named other -> {
                if (!through.add(other.name())) {
                    throw wrong(other.name().substring(1).replace('/', '.'), "refers to itself and says nothing else");
                }
                begins(named.getOrDefault(other.name(), JsonForm.ANY), through);
            }
            case JsonForm.OneOf one -> one.forms().forEach(each -> begins(each, new HashSet<>(through)));
            case JsonForm.Text t -> {}
            case JsonForm.Numeral n -> {}
            case JsonForm.Literal l -> {}
            case JsonForm.Members m -> {}
            case JsonForm.Items i -> {}
        }
    }

    private JsonForm reference(String to, String place, int depth) {
        JsonNode target = to.equals("#") ? root : to.startsWith("#/") ? root.at(to.substring(1)) : JSON.missingNode();
        if (target.isMissingNode()) {
            throw wrong(place + ".$ref", "must name a schema within this one, such as '#/$defs/thing'");
        }
        if (begun.add(to)) {
            named.put(to, form(target, to.substring(1).replace('/', '.'), depth + 1));
        }
        return new JsonForm.Named(to);
    }

    private List<JsonForm> literals(JsonNode values, String place) {
        if (!values.isArray() || values.isEmpty()) {
            throw wrong(place, "must be an array with a value");
        }
        List<JsonForm> literals = new ArrayList<>();
        values.forEach(value -> literals.add(new JsonForm.Literal(value.toString())));
        return literals;
    }

    private JsonForm combined(JsonNode parts, String keyword, String place, int depth) {
        String at = place + "." + keyword;
        if (!parts.isArray() || parts.isEmpty()) {
            throw wrong(at, "must be an array with a schema");
        }
        if (keyword.equals("allOf") && parts.size() > 1) {
            throw wrong(at, "can be followed with one schema only: write the schemas as one");
        }
        List<JsonForm> read = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            read.add(form(parts.get(i), at + "[" + i + "]", depth + 1));
        }
        return oneOf(read);
    }

    private static JsonForm oneOf(List<JsonForm> forms) {
        return forms.size() == 1 ? forms.getFirst() : new JsonForm.OneOf(forms);
    }

    private JsonForm typed(JsonNode schema, String place, int depth) {
        JsonNode type = schema.path("type");
        if (type.isArray() && !type.isEmpty()) {
            List<JsonForm> read = new ArrayList<>();
            for (JsonNode each : type) {
                read.add(ofType(each.asText(), schema, place, depth));
            }
            return oneOf(read);
        }
        if (type.isTextual()) {
            return ofType(type.textValue(), schema, place, depth);
        }
        if (!type.isMissingNode()) {
            throw wrong(place + ".type", "must be the name of a type or an array of names");
        }
        String told = schema.has("properties") ? "object" : schema.has("items") ? "array" : "";
        return told.isEmpty() ? JsonForm.ANY : ofType(told, schema, place, depth);
    }

    private JsonForm ofType(String type, JsonNode schema, String place, int depth) {
        return switch (type) {
            case "object" -> object(schema, place, depth);
            case "array" -> {
                int least = count(schema, "minItems", place, 0);
                int most = count(schema, "maxItems", place, Integer.MAX_VALUE);
                ordered(least, most, place + ".maxItems");
                JsonForm each =
                        schema.has("items") ? form(schema.path("items"), place + ".items", depth + 1) : JsonForm.ANY;
                yield new JsonForm.Items(each, least, most);
            }
            case "string" -> {
                int least = count(schema, "minLength", place, 0);
                int most = count(schema, "maxLength", place, Integer.MAX_VALUE);
                ordered(least, most, place + ".maxLength");
                yield new JsonForm.Text(least, most);
            }
            case "number" -> new JsonForm.Numeral(false);
            case "integer" -> new JsonForm.Numeral(true);
            case "boolean" -> oneOf(List.of(new JsonForm.Literal("true"), new JsonForm.Literal("false")));
            case "null" -> new JsonForm.Literal("null");
            default ->
                throw wrong(
                        place + ".type",
                        "must be object, array, string, number, integer, boolean or null, not '" + type + "'");
        };
    }

    private JsonForm object(JsonNode schema, String place, int depth) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        List<JsonForm.Member> members = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = property.getKey();
            JsonForm form = form(property.getValue(), place + ".properties." + name, depth + 1);
            members.add(new JsonForm.Member(name, form, required.remove(name)));
        }
        JsonNode others = schema.path("additionalProperties");
        boolean open = others.isMissingNode() ? members.isEmpty() : !others.isBoolean() || others.booleanValue();
        if (!open && !required.isEmpty()) {
            throw wrong(place + ".required", "names '" + required.iterator().next() + "', which is no property");
        }
        JsonForm other = others.isObject() ? form(others, place + ".additionalProperties", depth + 1) : JsonForm.ANY;
        required.stream().sorted().forEach(name -> members.add(new JsonForm.Member(name, other, true)));
        return new JsonForm.Members(members, open ? Optional.of(other) : Optional.empty());
    }

    private int count(JsonNode schema, String keyword, String place, int absent) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isIntegralNumber() || value.bigIntegerValue().signum() < 0) {
            throw wrong(place + "." + keyword, "must be a number of 0 or more");
        }
        return value.canConvertToInt() ? value.intValue() : Integer.MAX_VALUE;
    }

    private void ordered(int least, int most, String place) {
        if (least > most) {
            throw wrong(place, "must be at least as large as the minimum, " + least);
        }
    }

    private ChatFailure wrong(String place, String what) {
        return ChatFailure.badRequest(member + place, member + place + " " + what + ".");
    }
}
