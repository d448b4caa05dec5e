package dev.parley.moe.engine.constrain;

import dev.parley.moe.engine.constrain.Due.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an answer is in a document of a given form, and what may follow: a pushdown automaton over bytes, so that tokens may cut
 * characters and words as they like (as in Willard and Louf, arXiv:2307.09702, without their table). Forms may be ambiguous: all
 * readings are followed. Immutable, thread-safe.
 */
public final class JsonProgress {
    private static final int LONGEST_NAME = 256;
    private static final int WIDEST_INDENT = 32;
    private static final int DEEPEST = 64;
    private static final Part GAP = new Part.Gap(false, 0);

    private final JsonForm.Document document;
    private final List<Due> readings;
    private final boolean whole;

    private JsonProgress(JsonForm.Document document, List<Due> readings, boolean whole) {
        this.document = document;
        this.readings = readings;
        this.whole = whole;
    }

    /** Before the first byte. */
    public static JsonProgress begin(JsonForm.Document document) {
        return new JsonProgress(document, List.of(Due.of(new Part.Value(document.root()), null)), false);
    }

    /** After these bytes; null if they must not follow. */
    public @Nullable JsonProgress after(byte[] bytes) {
        JsonProgress progress = this;
        for (byte b : bytes) {
            progress = progress.after(b & 0xFF);
            if (progress == null) {
                return null;
            }
        }
        return progress;
    }

    /** Whether the document may end here. */
    public boolean mayEnd() {
        return whole || readings.stream().anyMatch(JsonProgress::isNumberAtItsEnd);
    }

    /** Whether nothing may follow. */
    public boolean mustEnd() {
        return readings.isEmpty();
    }

    private static boolean isNumberAtItsEnd(Due due) {
        return due.next() instanceof Part.Digits digits && digits.state().whole && due.then() == null;
    }

    private @Nullable JsonProgress after(int b) {
        Step step = new Step(document, b);
        readings.forEach(step::over);
        boolean ended = step.ended;
        if (step.out.isEmpty() && !ended) {
            return null;
        }
        Collection<Due> distinct = step.out.size() > 1 ? new LinkedHashSet<>(step.out) : step.out;
        return new JsonProgress(document, List.copyOf(distinct), ended);
    }

    /** All that is due after one byte, over the readings given to it. */
    private static final class Step {
        private final JsonForm.Document document;
        private final int b;
        private final List<Due> out = new ArrayList<>(1);
        private boolean ended;

        Step(JsonForm.Document document, int b) {
            this.document = document;
            this.b = b;
        }

        void over(@Nullable Due due) {
            if (due == null) {
                return;
            }
            Due then = due.then();
            switch (due.next()) {
                case Part.Value value -> value(value.form(), then);
                case Part.Bytes bytes -> bytes(bytes, then);
                case Part.Gap gap -> gap(gap, then);
                case Part.Chars chars -> chars(chars, then);
                case Part.Digits digits -> digits(digits, then);
                case Part.MemberOrEnd members -> member(members, then);
                case Part.Name name -> name(name, then);
                case Part.FreeName name -> freeName(name, then);
                case Part.ItemOrEnd items -> item(items, then);
            }
        }

        private void due(Part part, @Nullable Due then) {
            out.add(Due.of(part, then));
        }

        /** The byte closes what was open. */
        private void closed(@Nullable Due then) {
            if (then == null) {
                ended = true;
            } else {
                out.add(then);
            }
        }

        private void value(JsonForm form, @Nullable Due then) {
            switch (form) {
                case JsonForm.Text text -> {
                    if (b == '"') {
                        due(new Part.Chars(text, 0, Strings.NONE, 0), then);
                    }
                }
                case JsonForm.Numeral number -> {
                    Numbers state = Numbers.first(b);
                    if (state != null) {
                        due(new Part.Digits(state, number.integer(), 1), then);
                    }
                }
                case JsonForm.Literal literal -> bytes(new Part.Bytes(utf8(literal.json()), 0), then);
                case JsonForm.OneOf one -> one.forms().forEach(each -> value(each, then));
                case JsonForm.Members members -> {
                    if (b == '{' && depth(then) < DEEPEST) {
                        due(GAP, Due.of(new Part.MemberOrEnd(members, 0, true), then));
                    }
                }
                case JsonForm.Items items -> {
                    if (b == '[' && depth(then) < DEEPEST) {
                        due(GAP, Due.of(new Part.ItemOrEnd(items, 0), then));
                    }
                }
                case JsonForm.Named named -> value(document.form(named), then);
            }
        }

        private static int depth(@Nullable Due due) {
            int depth = 0;
            for (Due d = due; d != null; d = d.then()) {
                depth += d.next() instanceof Part.Gap ? 0 : 1;
            }
            return depth;
        }

        private void bytes(Part.Bytes part, @Nullable Due then) {
            if (part.bytes().charAt(part.at()) != b) {
                return;
            }
            if (part.at() + 1 == part.bytes().length()) {
                closed(then);
            } else {
                due(new Part.Bytes(part.bytes(), part.at() + 1), then);
            }
        }

        private void gap(Part.Gap gap, @Nullable Due then) {
            if (b == '\n' && !gap.broken() && gap.spaces() == 0) {
                due(new Part.Gap(true, 0), then);
            } else if ((b == ' ' || b == '\t') && gap.spaces() < (gap.broken() ? WIDEST_INDENT : 1)) {
                due(new Part.Gap(gap.broken(), gap.spaces() + 1), then);
            } else {
                over(then);
            }
        }

        private void chars(Part.Chars at, @Nullable Due then) {
            if (at.escape() != Strings.NONE) {
                int escape = Strings.next(at.escape(), b);
                if (escape != Strings.WRONG) {
                    due(new Part.Chars(at.form(), at.length(), escape, 0), then);
                }
            } else if (at.utf8() != 0) {
                character(at, at.length(), Utf8.next(at.utf8(), b), then);
            } else if (b == '"') {
                if (at.length() >= at.form().least()) {
                    closed(then);
                }
            } else if (b >= ' ' && at.length() < at.form().most()) {
                if (b == '\\') {
                    due(new Part.Chars(at.form(), at.length() + 1, Strings.BEGUN, 0), then);
                } else {
                    character(at, at.length() + 1, Utf8.first(b), then);
                }
            }
        }

        private void character(Part.Chars at, int length, int utf8, @Nullable Due then) {
            if (utf8 != Utf8.WRONG) {
                due(new Part.Chars(at.form(), length, Strings.NONE, utf8), then);
            }
        }

        private void digits(Part.Digits at, @Nullable Due then) {
            Numbers next = at.state().next(b, at.integer());
            if (next != null) {
                int count = next == at.state() ? at.count() + 1 : 1;
                if (count <= next.most()) {
                    due(new Part.Digits(next, at.integer(), count), then);
                }
            } else if (at.state().whole) {
                over(then);
            }
        }

        private void member(Part.MemberOrEnd at, @Nullable Due then) {
            JsonForm.Members form = at.form();
            List<JsonForm.Member> left =
                    form.declared().subList(at.at(), form.declared().size());
            if (b == '}') {
                if (left.stream().noneMatch(JsonForm.Member::required)) {
                    closed(then);
                }
            } else if (at.first()) {
                name(new Part.Name(form, at.at()), then);
            } else if (b == ',' && (!left.isEmpty() || form.others().isPresent())) {
                due(GAP, Due.of(new Part.Name(form, at.at()), then));
            }
        }

        /** Any declared member up to the first that must not be left out; a further one if there is none such. */
        private void name(Part.Name at, @Nullable Due then) {
            if (b != '"') {
                return;
            }
            List<JsonForm.Member> declared = at.form().declared();
            boolean required = false;
            for (int m = at.at(); m < declared.size() && !required; m++) {
                JsonForm.Member member = declared.get(m);
                required = member.required();
                String rest = utf8(JsonText.quoted(member.name()).substring(1) + ":");
                due(new Part.Bytes(rest, 0), inMember(at.form(), member.form(), m + 1, then));
            }
            if (!required && at.form().others().isPresent()) {
                due(new Part.FreeName(at.form(), "", 0), then);
            }
        }

        private static Due inMember(JsonForm.Members form, JsonForm value, int next, @Nullable Due then) {
            Due after = Due.of(GAP, Due.of(new Part.MemberOrEnd(form, next, false), then));
            return Due.of(GAP, Due.of(new Part.Value(value), after));
        }

        /** Written without escapes, so that it is seen to be no declared one. */
        private void freeName(Part.FreeName at, @Nullable Due then) {
            int utf8 = at.utf8() == 0 ? Utf8.first(b) : Utf8.next(at.utf8(), b);
            if (at.utf8() == 0 && b == '"') {
                if (at.form().declared().stream().noneMatch(m -> utf8(m.name()).equals(at.bytes()))) {
                    JsonForm value = at.form().others().orElseThrow();
                    due(
                            new Part.Bytes(":", 0),
                            inMember(at.form(), value, at.form().declared().size(), then));
                }
            } else if (utf8 != Utf8.WRONG
                    && b >= ' '
                    && b != '\\'
                    && (at.utf8() != 0 || at.bytes().length() < LONGEST_NAME)) {
                due(new Part.FreeName(at.form(), at.bytes() + (char) b, utf8), then);
            }
        }

        private void item(Part.ItemOrEnd at, @Nullable Due then) {
            JsonForm.Items form = at.form();
            if (b == ']') {
                if (at.count() >= form.least()) {
                    closed(then);
                }
                return;
            }
            if (at.count() < form.most()) {
                Due after = Due.of(GAP, Due.of(new Part.ItemOrEnd(form, at.count() + 1), then));
                if (at.count() == 0) {
                    value(form.each(), after);
                } else if (b == ',') {
                    due(GAP, Due.of(new Part.Value(form.each()), after));
                }
            }
        }

        /** Its UTF-8 bytes, one a character. */
        private static String utf8(String text) {
            return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        }
    }
}
