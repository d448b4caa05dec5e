package dev.parley.chat;

import dev.parley.config.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Folds the events of one answer into a {@link ChatAnswer}. Not thread-safe. */
public final class AnswerFold {
    private final TreeMap<Integer, ChoiceFold> choices = new TreeMap<>();
    private String id = "";
    private String model = "";
    private long created;
    private Usage usage = Usage.NONE;

    public void add(ChatEvent event) {
        switch (event) {
            case ChatEvent.Started e -> {
                id = e.id();
                model = e.model();
                created = e.createdEpochSecond();
            }
            case ChatEvent.TextDelta e -> choice(e.choice()).append(Kind.TEXT, e.text());
            case ChatEvent.ReasoningDelta e -> choice(e.choice()).append(Kind.REASONING, e.text());
            case ChatEvent.ReasoningSignature e -> choice(e.choice()).sign(e.signature());
            case ChatEvent.RefusalDelta e -> choice(e.choice()).append(Kind.REFUSAL, e.text());
            case ChatEvent.ToolCallStarted e -> choice(e.choice()).startTool(e);
            case ChatEvent.ToolCallArguments e -> choice(e.choice()).toolArguments(e);
            case ChatEvent.Logprobs e -> choice(e.choice()).logprobs.addAll(e.tokens());
            case ChatEvent.ExpertsReported e -> choice(e.choice()).experts = Optional.of(e.use());
            case ChatEvent.Finished e -> {
                choice(e.choice()).reason = e.reason();
                choice(e.choice()).stopSequence = e.stopSequence();
            }
            case ChatEvent.UsageReported e -> usage = e.usage();
        }
    }

    public ChatAnswer answer() {
        List<ChatAnswer.Choice> folded = new ArrayList<>();
        choices.forEach((index, choice) -> folded.add(choice.fold(index)));
        return new ChatAnswer(id, model, created, folded, usage);
    }

    private ChoiceFold choice(int index) {
        return choices.computeIfAbsent(index, i -> new ChoiceFold());
    }

    private enum Kind {
        TEXT,
        REASONING,
        REFUSAL,
        TOOL
    }

    /** A part under construction. */
    private static final class OpenPart {
        final Kind kind;
        final StringBuilder text = new StringBuilder();
        String id = "";
        String name = "";
        int call = -1;

        OpenPart(Kind kind) {
            this.kind = kind;
        }

        Part close() {
            return switch (kind) {
                case TEXT -> new Part.Text(text.toString());
                case REASONING -> new Part.Reasoning(text.toString(), id);
                case REFUSAL -> new Part.Refusal(text.toString());
                case TOOL -> new Part.ToolUse(id, name, text.toString());
            };
        }
    }

    private static final class ChoiceFold {
        final List<OpenPart> parts = new ArrayList<>();
        final List<ChatEvent.TokenLogprob> logprobs = new ArrayList<>();
        FinishReason reason = FinishReason.STOP;
        String stopSequence = "";
        Optional<ExpertUse> experts = Optional.empty();

        void append(Kind kind, String text) {
            if (parts.isEmpty() || parts.getLast().kind != kind) {
                parts.add(new OpenPart(kind));
            }
            parts.getLast().text.append(text);
        }

        void sign(String signature) {
            if (parts.isEmpty() || parts.getLast().kind != Kind.REASONING) {
                parts.add(new OpenPart(Kind.REASONING));
            }
            parts.getLast().id = signature;
        }

        void startTool(ChatEvent.ToolCallStarted e) {
            OpenPart part = new OpenPart(Kind.TOOL);
            part.id = e.id();
            part.name = e.name();
            part.call = e.call();
            parts.add(part);
        }

        void toolArguments(ChatEvent.ToolCallArguments e) {
            for (OpenPart part : parts) {
                if (part.call == e.call()) {
                    part.text.append(e.json());
                }
            }
        }

        ChatAnswer.Choice fold(int index) {
            return new ChatAnswer.Choice(
                    index, parts.stream().map(OpenPart::close).toList(), logprobs, reason, stopSequence, experts);
        }
    }
}
