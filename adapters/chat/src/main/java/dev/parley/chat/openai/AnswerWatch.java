package dev.parley.chat.openai;

import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonScan;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * Scans the documents of one relayed answer (chunks, or the one whole answer, of chat completions and completions), notes what we must
 * know and edits in place: {@code model} is the served one; {@code error:null} goes, because openai-java throws on it;
 * {@code reasoning} gets its older twin {@code reasoning_content}; usage goes unless wanted. Not thread-safe.
 */
final class AnswerWatch {
    private static final byte[] TWIN = ",\"reasoning_content\":".getBytes(StandardCharsets.US_ASCII);

    private final AnswerHead head;
    private final boolean usageWanted;
    private final boolean document;
    private final byte[] model;
    private final Splices splices = new Splices();
    private final BitSet seen = new BitSet();
    private final BitSet finished = new BitSet();
    private Usage usage = Usage.NONE;
    private String finishReason = "";
    private String answerId = "";
    private long textChars;

    // Of the document at hand.
    private int choices;
    private boolean finishHere;
    private boolean usageHere;

    private AnswerWatch(AnswerHead head, boolean usageWanted, boolean document) {
        this.head = head;
        this.usageWanted = usageWanted;
        this.document = document;
        this.model = JsonText.quote(head.model()).getBytes(StandardCharsets.UTF_8);
    }

    /** Of an answer that is one document. */
    static AnswerWatch ofDocument(AnswerHead head) {
        return new AnswerWatch(head, true, true);
    }

    static AnswerWatch ofStream(AnswerHead head, boolean usageWanted) {
        return new AnswerWatch(head, usageWanted, false);
    }

    Usage usage() {
        return usage;
    }

    String finishReason() {
        return finishReason;
    }

    String answerId() {
        return answerId;
    }

    long textChars() {
        return textChars;
    }

    /** Whether there was a choice and every one has said why it ended. */
    boolean whole() {
        return !seen.isEmpty() && finished.equals(seen);
    }

    /** Whether any choice was seen. */
    boolean answered() {
        return !seen.isEmpty();
    }

    /**
     * Reads one document; {@link #write} then writes it edited.
     *
     * @return whether the client should see it
     */
    boolean read(byte[] bytes, int start, int end) {
        splices.clear();
        choices = 0;
        finishHere = false;
        usageHere = false;
        JsonScan scan = new JsonScan(bytes, start, end, Blame.BACKEND);
        int last = members(scan);
        boolean explainHere = document || (usageWanted ? usageHere : finishHere);
        if (explainHere && Wire.explains(head.explanation())) {
            splices.insert(last, (",\"gateway\":" + head.explanation().text()).getBytes(StandardCharsets.UTF_8));
        }
        return choices > 0 || (usageWanted && usageHere);
    }

    /** What {@link #read} read, edited. */
    byte[] edited(byte[] bytes) {
        return splices.applied(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int start, int end, SseWriter out) {
        splices.write(bytes, start, end, out);
    }

    /** Returns the position behind the last member. */
    private int members(JsonScan scan) {
        int object = scan.documentObject();
        JsonScan.Members member = scan.members(object);
        int before = -1;
        int removeFrom = -1;
        int last = object + 1;
        while (member.next()) {
            if (removeFrom >= 0) {
                splices.remove(removeFrom, member.nameStart());
                removeFrom = -1;
            }
            if (goes(scan, member)) {
                if (before < 0) {
                    removeFrom = member.nameStart();
                } else {
                    splices.remove(before, member.valueEnd());
                }
            } else {
                look(scan, member);
                before = member.valueEnd();
            }
            before = before < 0 ? before : member.valueEnd();
            last = member.valueEnd();
        }
        scan.finish(member.behind());
        return last;
    }

    /** Whether the member must not reach the client. */
    private boolean goes(JsonScan scan, JsonScan.Members member) {
        boolean isNull = scan.bytes()[member.valueStart()] == 'n';
        if (member.is("error")) {
            if (!isNull) {
                throw UpstreamErrors.inAnswer(scan.bytes(), member.valueStart(), member.valueEnd());
            }
            return true;
        }
        if (member.is("usage")) {
            if (!isNull) {
                usageHere = true;
                usage = Wire.usage(view(scan, member));
            }
            return !usageWanted;
        }
        return false;
    }

    private void look(JsonScan scan, JsonScan.Members member) {
        if (answerId.isEmpty() && member.is("id") && scan.bytes()[member.valueStart()] == '"') {
            answerId = JsonText.unquote(scan.bytes(), member.valueStart(), member.valueEnd());
        } else if (member.is("model")) {
            splices.replace(member.valueStart(), member.valueEnd(), model);
        } else if (member.is("choices") && scan.bytes()[member.valueStart()] == '[') {
            JsonScan.Items items = scan.items(member.valueStart());
            while (items.next()) {
                items.passed(choice(scan, items.start()));
                choices++;
            }
            member.passed(items.behind());
        }
    }

    /** Returns the position behind the choice. */
    private int choice(JsonScan scan, int object) {
        if (scan.bytes()[object] != '{') {
            throw scan.blame().fault("choices", "an object was expected.");
        }
        JsonScan.Members member = scan.members(object);
        int index = 0;
        String finish = "";
        while (member.next()) {
            byte first = scan.bytes()[member.valueStart()];
            if (member.is("index") && first != 'n') {
                index = Math.clamp(view(scan, member).integer(), 0, 1023);
            } else if (member.is("finish_reason") && first == '"') {
                finish = view(scan, member).string();
            } else if (first == '{' && (member.is("delta") || member.is("message"))) {
                member.passed(delta(scan, member.valueStart()));
            } else if (first == '"' && member.is("text")) {
                count(scan.bytes(), member.valueStart(), member.valueEnd());
            }
        }
        seen.set(index);
        if (!finish.isEmpty()) {
            finished.set(index);
            finishHere = true;
            finishReason = index == 0 || finishReason.isEmpty() ? finish : finishReason;
        }
        return member.behind();
    }

    /** Returns the position behind the delta. */
    private int delta(JsonScan scan, int object) {
        JsonScan.Members member = scan.members(object);
        int reasoning = -1;
        int reasoningEnd = -1;
        boolean twin = false;
        while (member.next()) {
            byte first = scan.bytes()[member.valueStart()];
            if (first == '"' && (member.is("content") || member.is("refusal"))) {
                count(scan.bytes(), member.valueStart(), member.valueEnd());
            } else if (first == '"' && member.is("reasoning")) {
                count(scan.bytes(), member.valueStart(), member.valueEnd());
                reasoning = member.valueStart();
                reasoningEnd = member.valueEnd();
            } else if (member.is("reasoning_content")) {
                twin = true;
            } else if (first == '[' && member.is("tool_calls")) {
                view(scan, member).items().forEach(this::countArguments);
            }
        }
        if (reasoning >= 0 && !twin) {
            byte[] bytes = new byte[TWIN.length + reasoningEnd - reasoning];
            System.arraycopy(TWIN, 0, bytes, 0, TWIN.length);
            System.arraycopy(scan.bytes(), reasoning, bytes, TWIN.length, reasoningEnd - reasoning);
            splices.insert(reasoningEnd, bytes);
        }
        return member.behind();
    }

    private void countArguments(JsonView call) {
        call.get("function")
                .flatMap(function -> function.get("arguments"))
                .ifPresent(arguments -> textChars += arguments.raw().text().length() - 2);
    }

    private void count(byte[] bytes, int start, int end) {
        textChars += JsonText.chars(bytes, start + 1, end - 1);
    }

    private static JsonView view(JsonScan scan, JsonScan.Members member) {
        return JsonView.within(scan, member.valueStart(), member.valueEnd());
    }
}
