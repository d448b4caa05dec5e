package dev.parley.chat.json;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value where it stands in its bytes: read lazily, kept byte-true. Getters throw the {@link ChatFailure} of the document's
 * {@link Blame} with the full path of the member at fault ({@code messages[2].role}). Members that are {@code null} count as absent.
 * Of a name said twice within a nested object the last wins, as in every common reader. Not thread-safe.
 */
public final class JsonView {
    /** So many digits are less than 64 bits. */
    private static final int SURELY_LONG = 18;

    private final JsonScan scan;
    private final int start;
    private final int end;
    private final @Nullable JsonView parent;
    private final String step;
    private @Nullable Map<String, JsonView> members;

    private JsonView(JsonScan scan, int start, int end, @Nullable JsonView parent, String step) {
        this.scan = scan;
        this.start = start;
        this.end = end;
        this.parent = parent;
        this.step = step;
    }

    /** The body as a view, with the body's own blame; copies only if it was edited. */
    public static JsonView of(JsonBody body) {
        List<JsonBody.Slice> slices = body.slices();
        JsonBody.Slice whole = slices.size() == 1 ? slices.getFirst() : slice(body.toBytes());
        Blame blame = body instanceof ScannedBody scanned ? scanned.blame() : Blame.CLIENT;
        return parse(whole.bytes(), whole.offset(), whole.offset() + whole.length(), blame);
    }

    /** Validates and views a value of a request, e.g. text that should be JSON; faults are named {@code path}. */
    public static JsonView of(RawJson json, String path) {
        byte[] bytes = json.text().getBytes(StandardCharsets.UTF_8);
        return root(new JsonScan(bytes, 0, bytes.length, Blame.CLIENT), path);
    }

    /** Validates and views a document of a backend. */
    public static JsonView answer(byte[] bytes) {
        return parse(bytes, 0, bytes.length, Blame.BACKEND);
    }

    /** Validates and views the document in {@code bytes[start, end)}. */
    public static JsonView parse(byte[] bytes, int start, int end, Blame blame) {
        return root(new JsonScan(bytes, start, end, blame), "");
    }

    /** The value in {@code [start, end)}, over which {@code scan} has moved already: nothing is validated again. */
    public static JsonView within(JsonScan scan, int start, int end) {
        return new JsonView(scan, start, end, null, "");
    }

    private static JsonView root(JsonScan scan, String path) {
        int value = scan.document();
        return new JsonView(scan, value, scan.skip(value), null, path);
    }

    private static JsonBody.Slice slice(byte[] bytes) {
        return new JsonBody.Slice(bytes, 0, bytes.length);
    }

    /** Where this value stands, e.g. {@code messages[2].role}; empty for a document. */
    public String path() {
        String before = parent == null ? "" : parent.path();
        return before.isEmpty() || step.startsWith("[") ? before + step : before + "." + step;
    }

    public boolean isObject() {
        return first() == '{';
    }

    public boolean isArray() {
        return first() == '[';
    }

    public boolean isString() {
        return first() == '"';
    }

    public boolean isNumber() {
        return first() == '-' || (first() >= '0' && first() <= '9');
    }

    public boolean isBoolean() {
        return first() == 't' || first() == 'f';
    }

    public boolean isNull() {
        return first() == 'n';
    }

    /** This value's own bytes. */
    public RawJson raw() {
        return new RawJson(new String(scan.bytes(), start, end - start, StandardCharsets.UTF_8));
    }

    /** The failure of this value: the path and what is wrong with it. */
    public ChatFailure fault(String message) {
        return scan.blame().fault(path(), message);
    }

    public String string() {
        if (!isString()) {
            throw wrongType("a string");
        }
        return JsonText.unquote(scan.bytes(), start, end);
    }

    public boolean bool() {
        if (!isBoolean()) {
            throw wrongType("a boolean");
        }
        return first() == 't';
    }

    /** A whole number within 64 bits. */
    public long integer() {
        if (!isNumber()) {
            throw wrongType("an integer");
        }
        if (end - start <= SURELY_LONG) {
            long value = 0;
            int i = start;
            while (i < end && scan.bytes()[i] >= '0' && scan.bytes()[i] <= '9') {
                value = 10 * value + scan.bytes()[i++] - '0';
            }
            if (i == end) {
                return value;
            }
        }
        try {
            return Long.parseLong(raw().text());
        } catch (NumberFormatException e) {
            throw wrongType("an integer");
        }
    }

    /** A number within the range of 64-bit floats. */
    public double number() {
        if (!isNumber()) {
            throw wrongType("a number");
        }
        double value = Double.parseDouble(raw().text());
        if (Double.isInfinite(value)) {
            throw fault("Invalid value for '" + path() + "': it is beyond 64-bit floats; use one within 1e308.");
        }
        return value;
    }

    /** The elements; this must be an array. */
    public List<JsonView> items() {
        if (!isArray()) {
            throw wrongType("an array");
        }
        List<JsonView> items = new ArrayList<>();
        JsonScan.Items cursor = scan.items(start);
        while (cursor.next()) {
            items.add(new JsonView(scan, cursor.start(), cursor.end(), this, "[" + items.size() + "]"));
        }
        return items;
    }

    /** The members in order, {@code null} ones too; this must be an object. Not to be changed. */
    public Map<String, JsonView> members() {
        Map<String, JsonView> read = members;
        if (read == null) {
            read = readMembers();
            members = read;
        }
        return read;
    }

    private Map<String, JsonView> readMembers() {
        if (!isObject()) {
            throw wrongType("an object");
        }
        Map<String, JsonView> read = new LinkedHashMap<>();
        JsonScan.Members cursor = scan.members(start);
        while (cursor.next()) {
            String name = cursor.name();
            read.put(name, new JsonView(scan, cursor.valueStart(), cursor.valueEnd(), this, name));
        }
        return read;
    }

    /** Whether the member is there and not null. */
    public boolean has(String name) {
        JsonView member = members().get(name);
        return member != null && !member.isNull();
    }

    /** The member; empty if absent or null. */
    public Optional<JsonView> get(String name) {
        JsonView member = members().get(name);
        return member == null || member.isNull() ? Optional.empty() : Optional.of(member);
    }

    /** The member, which must be there and not null. */
    public JsonView need(String name) {
        return get(name).orElseThrow(() -> {
            String path = new JsonView(scan, start, end, this, name).path();
            return scan.blame().fault(path, "Missing required parameter: '" + path + "'.");
        });
    }

    /** The string member, or {@code otherwise} if absent or null. */
    public String string(String name, String otherwise) {
        return get(name).map(JsonView::string).orElse(otherwise);
    }

    /** The boolean member, or false if absent or null. */
    public boolean flag(String name) {
        return get(name).map(JsonView::bool).orElse(false);
    }

    /** The integer member, or {@code otherwise} if absent or null. */
    public long integer(String name, long otherwise) {
        return get(name).map(JsonView::integer).orElse(otherwise);
    }

    /** The elements of the array member; none if absent or null. */
    public List<JsonView> items(String name) {
        return get(name).map(JsonView::items).orElse(List.of());
    }

    /** The members but those named, byte-true: what a reader that knows {@code known} passes on. Null ones are left out. */
    public Map<String, RawJson> extras(Set<String> known) {
        Map<String, RawJson> extras = new LinkedHashMap<>();
        members().forEach((name, value) -> {
            if (!known.contains(name) && !value.isNull()) {
                extras.put(name, value.raw());
            }
        });
        return extras;
    }

    private ChatFailure wrongType(String expected) {
        return fault(
                "Invalid type for '" + path() + "': expected " + expected + ", but got " + typeName() + " instead.");
    }

    private String typeName() {
        return switch (first()) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> "a string";
            case 't', 'f' -> "a boolean";
            case 'n' -> "null";
            default -> "a number";
        };
    }

    private byte first() {
        return scan.bytes()[start];
    }

    @Override
    public String toString() {
        return raw().text();
    }
}
