package dev.parley.chat.json;

import dev.parley.chat.ChatFailure;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link JsonBody} made by one validating scan of the bytes. Top-level names must be unique: of two {@code model} members we would
 * judge one and the backend perhaps serve the other. Immutable.
 */
public final class ScannedBody implements JsonBody {
    private static final byte[] COMMA = {','};

    private final byte[] source;
    private final int open;
    /** Behind the last value: white space and the closing brace. */
    private final int tail;

    private final List<Member> members;
    private final Blame blame;

    private ScannedBody(byte[] source, int open, int tail, List<Member> members, Blame blame) {
        this.source = source;
        this.open = open;
        this.tail = tail;
        this.members = members;
        this.blame = blame;
    }

    /**
     * Scans a request.
     *
     * @param bytes must not change afterwards
     * @throws ChatFailure BAD_REQUEST if it is not one JSON object in valid UTF-8, nests too deep, or says a member twice
     */
    public static JsonBody of(byte[] bytes) {
        return of(bytes, Blame.CLIENT);
    }

    /** As {@link #of(byte[])} with faults put on {@code blame}. */
    public static JsonBody of(byte[] bytes, Blame blame) {
        JsonScan scan = new JsonScan(bytes, 0, bytes.length, blame);
        int open = scan.documentObject();
        List<Member> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonScan.Members cursor = scan.members(open);
        int tail = open + 1;
        while (cursor.next()) {
            String name = cursor.name();
            if (!names.add(name)) {
                throw blame.fault(name, "The member '" + name + "' appears twice; send it once.");
            }
            members.add(
                    new Member(name, members.size(), cursor.nameStart(), cursor.valueStart(), cursor.valueEnd(), null));
            tail = cursor.valueEnd();
        }
        scan.finish(cursor.behind());
        return new ScannedBody(bytes, open, tail, members, blame);
    }

    /** Whose fault this body's faults are. */
    Blame blame() {
        return blame;
    }

    @Override
    public Optional<RawJson> member(String name) {
        Member member = find(name);
        return member == null ? Optional.empty() : Optional.of(new RawJson(text(member)));
    }

    @Override
    public Optional<String> string(String name) {
        Member member = find(name);
        if (member == null || isNull(member)) {
            return Optional.empty();
        }
        byte[] bytes = member.bytes(source);
        if (bytes[member.from()] != '"') {
            throw blame.fault(name, "Invalid type for '" + name + "': a string was expected.");
        }
        return Optional.of(JsonText.unquote(bytes, member.from(), member.to()));
    }

    @Override
    public boolean flag(String name) {
        Member member = find(name);
        if (member == null || isNull(member)) {
            return false;
        }
        return switch (member.bytes(source)[member.from()]) {
            case 't' -> true;
            case 'f' -> false;
            default -> throw blame.fault(name, "Invalid type for '" + name + "': a boolean was expected.");
        };
    }

    @Override
    public boolean has(String name) {
        return find(name) != null;
    }

    @Override
    public List<String> names() {
        return members.stream().map(Member::name).toList();
    }

    @Override
    public JsonBody with(String name, RawJson value) {
        byte[] bytes = value.text().getBytes(StandardCharsets.UTF_8);
        List<Member> edited = new ArrayList<>(members.size() + 1);
        boolean found = false;
        for (Member member : members) {
            boolean hit = member.name().equals(name);
            found |= hit;
            edited.add(hit ? member.replaced(bytes) : member);
        }
        if (!found) {
            edited.add(new Member(name, -1, 0, 0, 0, bytes));
        }
        return new ScannedBody(source, open, tail, edited, blame);
    }

    @Override
    public JsonBody without(String name) {
        if (find(name) == null) {
            return this;
        }
        List<Member> rest = members.stream().filter(m -> !m.name().equals(name)).toList();
        return new ScannedBody(source, open, tail, rest, blame);
    }

    @Override
    public List<Slice> slices() {
        Cutter cutter = new Cutter();
        Member before = null;
        for (Member member : members) {
            cutter.join(before, member);
            cutter.write(member);
            before = member;
        }
        if (before == null) {
            cutter.range(0, open + 1);
        }
        cutter.range(tail, source.length);
        return cutter.slices;
    }

    @Override
    public int length() {
        int length = 0;
        for (Slice slice : slices()) {
            length += slice.length();
        }
        return length;
    }

    @Override
    public byte[] toBytes() {
        return Slice.joined(slices());
    }

    private @Nullable Member find(String name) {
        for (Member member : members) {
            if (member.name().equals(name)) {
                return member;
            }
        }
        return null;
    }

    private boolean isNull(Member member) {
        return member.bytes(source)[member.from()] == 'n';
    }

    private String text(Member member) {
        return new String(member.bytes(source), member.from(), member.to() - member.from(), StandardCharsets.UTF_8);
    }

    /**
     * A member of the source ({@code index >= 0}), perhaps with another value, or one added at the end.
     *
     * @param nameStart position of its name's quote in the source
     * @param edit the new value, or null
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Member(String name, int index, int nameStart, int valueStart, int valueEnd, byte @Nullable [] edit) {
        Member replaced(byte[] value) {
            return new Member(name, index, nameStart, valueStart, valueEnd, value);
        }

        byte[] bytes(byte[] source) {
            return edit == null ? source : edit;
        }

        int from() {
            return edit == null ? valueStart : 0;
        }

        int to() {
            return edit == null ? valueEnd : edit.length;
        }
    }

    /** Collects slices; neighbouring ranges of the source become one. */
    private final class Cutter {
        final List<Slice> slices = new ArrayList<>();

        /** What stands before a member: the opening brace, or a comma with the source's own white space if that fits. */
        void join(@Nullable Member before, Member member) {
            if (before == null) {
                range(0, member.index() == 0 ? member.nameStart() : open + 1);
            } else if (member.index() > 0 && before.index() == member.index() - 1) {
                range(before.valueEnd(), member.nameStart());
            } else {
                add(COMMA, 0, 1);
            }
        }

        void write(Member member) {
            if (member.index() < 0) {
                byte[] name = (JsonText.quote(member.name()) + ":").getBytes(StandardCharsets.UTF_8);
                add(name, 0, name.length);
            } else {
                range(member.nameStart(), member.valueStart());
            }
            add(member.bytes(source), member.from(), member.to() - member.from());
        }

        void range(int from, int to) {
            add(source, from, to - from);
        }

        @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
        void add(byte[] bytes, int offset, int length) {
            Slice last = slices.isEmpty() ? null : slices.getLast();
            if (length == 0) {
                return;
            }
            if (last != null && last.bytes() == bytes && last.offset() + last.length() == offset) {
                slices.set(slices.size() - 1, new Slice(bytes, last.offset(), last.length() + length));
            } else {
                slices.add(new Slice(bytes, offset, length));
            }
        }
    }
}
