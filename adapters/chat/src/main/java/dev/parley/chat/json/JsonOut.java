package dev.parley.chat.json;

import dev.parley.chat.RawJson;
import java.util.Map;

/**
 * Writes compact JSON; commas come by themselves. The caller keeps braces balanced and gives each member a name. Not thread-safe.
 */
public final class JsonOut {
    private final JsonBytes out;

    public JsonOut() {
        this(256);
    }

    /**
     * @param capacity expected bytes
     */
    public JsonOut(int capacity) {
        out = new JsonBytes(capacity);
    }

    public JsonOut object() {
        return comma('{');
    }

    public JsonOut endObject() {
        out.ascii('}');
        return this;
    }

    public JsonOut array() {
        return comma('[');
    }

    public JsonOut endArray() {
        out.ascii(']');
        return this;
    }

    /** The name of the member whose value comes next. */
    public JsonOut name(String name) {
        comma();
        out.quoted(name);
        out.ascii(':');
        return this;
    }

    public JsonOut string(String value) {
        comma();
        out.quoted(value);
        return this;
    }

    public JsonOut integer(long value) {
        comma();
        out.text(Long.toString(value));
        return this;
    }

    /** A finite number. */
    public JsonOut number(double value) {
        comma();
        out.text(Double.toString(value));
        return this;
    }

    public JsonOut bool(boolean value) {
        comma();
        out.text(value ? "true" : "false");
        return this;
    }

    public JsonOut nul() {
        comma();
        out.text("null");
        return this;
    }

    public JsonOut raw(RawJson value) {
        return raw(value.text());
    }

    /** Appends a value that is JSON already. */
    public JsonOut raw(String json) {
        comma();
        out.text(json);
        return this;
    }

    public JsonOut member(String name, String value) {
        return name(name).string(value);
    }

    public JsonOut member(String name, long value) {
        return name(name).integer(value);
    }

    /** A finite number. */
    public JsonOut member(String name, double value) {
        return name(name).number(value);
    }

    public JsonOut member(String name, boolean value) {
        return name(name).bool(value);
    }

    public JsonOut member(String name, RawJson value) {
        return name(name).raw(value);
    }

    public JsonOut nul(String name) {
        return name(name).nul();
    }

    /** Opens an object as the member's value. */
    public JsonOut object(String name) {
        return name(name).object();
    }

    /** Opens an array as the member's value. */
    public JsonOut array(String name) {
        return name(name).array();
    }

    public JsonOut members(Map<String, RawJson> members) {
        members.forEach(this::member);
        return this;
    }

    private JsonOut comma(char open) {
        comma();
        out.ascii(open);
        return this;
    }

    /** No value ends in one of the three characters behind which a value or name may stand without a comma. */
    private void comma() {
        int last = out.last();
        if (last >= 0 && last != '{' && last != '[' && last != ':') {
            out.ascii(',');
        }
    }

    public RawJson json() {
        return new RawJson(out.toString());
    }

    public byte[] bytes() {
        return out.bytes();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
