package dev.parley.chat.openai.responses;

import dev.parley.chat.ServerDialect.AnswerHead;
import dev.parley.chat.json.Blame;
import dev.parley.chat.json.JsonScan;
import dev.parley.chat.json.JsonText;
import dev.parley.chat.json.JsonView;
import dev.parley.chat.openai.Splices;
import dev.parley.chat.openai.UpstreamErrors;
import dev.parley.chat.openai.Wire;
import dev.parley.chat.sse.SseWriter;
import dev.parley.config.Usage;
import java.nio.charset.StandardCharsets;

/** Scans the response objects of one relayed answer; edits {@code model} in place and adds the explanation. Not thread-safe. */
final class ResponsesWatch {
    private final AnswerHead head;
    private final byte[] model;
    private final Splices splices = new Splices();
    private Usage usage = Usage.NONE;
    private String status = "";
    private String answerId = "";
    private long textChars;

    ResponsesWatch(AnswerHead head) {
        this.head = head;
        this.model = JsonText.quote(head.model()).getBytes(StandardCharsets.UTF_8);
    }

    Usage usage() {
        return usage;
    }

    /** Of the last response object seen. */
    String status() {
        return status;
    }

    String answerId() {
        return answerId;
    }

    long textChars() {
        return textChars;
    }

    /** Whether the status says that nothing more will come. */
    boolean ended() {
        return switch (status) {
            case "completed", "incomplete", "failed", "cancelled" -> true;
            default -> false;
        };
    }

    /** Reads an event's data: a response object within, or a delta. */
    void event(byte[] bytes, int start, int end) {
        splices.clear();
        JsonScan scan = new JsonScan(bytes, start, end, Blame.BACKEND);
        JsonScan.Members member = scan.members(scan.documentObject());
        String type = "";
        while (member.next()) {
            byte first = bytes[member.valueStart()];
            if (member.is("type") && first == '"') {
                type = JsonText.unquote(bytes, member.valueStart(), member.valueEnd());
            } else if (member.is("response") && first == '{') {
                member.passed(response(scan, member.valueStart()));
            } else if (member.is("delta") && first == '"') {
                textChars += member.valueEnd() - member.valueStart() - 2;
            }
        }
        scan.finish(member.behind());
        if (type.equals("error")) {
            throw UpstreamErrors.inAnswer(bytes, start, end);
        }
    }

    /** Reads an answer that is one response object. */
    void document(byte[] bytes) {
        splices.clear();
        JsonScan scan = new JsonScan(bytes, 0, bytes.length, Blame.BACKEND);
        scan.finish(response(scan, scan.documentObject()));
    }

    /** Returns the position behind the response. */
    private int response(JsonScan scan, int object) {
        JsonScan.Members member = scan.members(object);
        int last = object + 1;
        while (member.next()) {
            byte first = scan.bytes()[member.valueStart()];
            if (member.is("model")) {
                splices.replace(member.valueStart(), member.valueEnd(), model);
            } else if (member.is("usage") && first == '{') {
                usage = Wire.usage(JsonView.parse(scan.bytes(), member.valueStart(), member.valueEnd(), Blame.BACKEND));
            } else if (answerId.isEmpty() && member.is("id") && first == '"') {
                answerId = JsonText.unquote(scan.bytes(), member.valueStart(), member.valueEnd());
            } else if (member.is("status") && first == '"') {
                status = JsonText.unquote(scan.bytes(), member.valueStart(), member.valueEnd());
            }
            last = member.valueEnd();
        }
        if (ended() && Wire.explains(head.explanation())) {
            String json = ",\"gateway\":" + head.explanation().text();
            splices.insert(last, json.getBytes(StandardCharsets.UTF_8));
        }
        return member.behind();
    }

    void write(byte[] bytes, int start, int end, SseWriter out) {
        splices.write(bytes, start, end, out);
    }
}
