package dev.parley.moe.llamacpp;

import dev.parley.moe.engine.EngineException;
import dev.parley.moe.engine.gguf.GgufException;
import dev.parley.moe.engine.gguf.GgufMetadata;
import dev.parley.moe.engine.model.ModelLoader;
import dev.parley.moe.engine.text.ChatMessage;
import dev.parley.moe.engine.text.ChatTemplate;
import dev.parley.moe.engine.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A file opened in the child with one number of experts, and the answers that it gives now. What is asked of the child is asked on the
 * scheduler's thread; the rest is thread-safe.
 */
public final class WorkerModel {
    private final Source source;
    private final WorkerProcess.Opened opened;
    private final Optional<ChatTemplate> template;
    private final Slots slots;

    /**
     * What is to be opened.
     *
     * @param name as clients' calls name it
     * @param experts a token; empty as trained
     */
    public record Source(String name, Path file, OptionalInt experts) {
        /** The overridden key of the file's metadata; none where nothing is. */
        Map<String, Integer> override(GgufMetadata metadata) {
            if (experts.isEmpty()) {
                return Map.of();
            }
            String architecture = metadata.text("general.architecture");
            String all = architecture + ".expert_count";
            int most = metadata.has(all) ? metadata.whole(all, 0, 1 << 16) : 0;
            if (experts.getAsInt() > most) {
                throw new IllegalArgumentException(
                        "moe.experts: " + name + " has " + (most == 0 ? "no experts" : most + " experts a layer")
                                + ", not " + experts.getAsInt() + ". Ask for fewer");
            }
            return Map.of(architecture + ".expert_used_count", experts.getAsInt());
        }
    }

    /**
     * @param sequences computed together, at most
     */
    WorkerModel(Source source, GgufMetadata metadata, WorkerProcess.Opened opened, int sequences) {
        this.source = source;
        this.opened = opened;
        template = template(metadata, opened.tokenizer());
        slots = new Slots(sequences);
    }

    /** Our own templates are byte-exact and cannot be forged, but only for the architectures that they were checked with. */
    private static Optional<ChatTemplate> template(GgufMetadata metadata, Tokenizer tokenizer) {
        if (!ModelLoader.computes(metadata.text("general.architecture"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(ChatTemplate.of(metadata, tokenizer));
        } catch (GgufException unknown) {
            return Optional.empty();
        }
    }

    public Source source() {
        return source;
    }

    public Tokenizer tokenizer() {
        return opened.tokenizer();
    }

    /** Positions of one conversation, prompt and answer. */
    public int context() {
        return opened.positions();
    }

    int index() {
        return opened.index();
    }

    /** Sequences of llama.cpp's memory; there are as many as answers that compute together. */
    Slots slots() {
        return slots;
    }

    /** Throws {@link GgufException} if neither llama.cpp nor we can write conversations for this model. */
    void checkChats(WorkerProcess worker) throws IOException {
        List<ChatMessage> some = List.of(new ChatMessage(ChatMessage.Role.USER, "x"));
        if (template.isEmpty() && worker.written(index(), some).isEmpty()) {
            throw new GgufException(
                    String.valueOf(source.file().getFileName()),
                    "key tokenizer.chat_template",
                    "neither Parley nor llama.cpp knows this template",
                    "Use a model that was trained to chat, with a template of a known family");
        }
    }

    /** Another child must find the same file; it has computed nothing yet. */
    void checkSame(WorkerProcess.Opened again) {
        slots.forgetAll();
        if (again.positions() != opened.positions()
                || again.tokenizer().size() != opened.tokenizer().size()) {
            throw new IllegalStateException(source.file() + " has changed: restart the gateway");
        }
    }

    /** The prompt's tokens, up to where the answer begins. */
    int[] render(WorkerProcess worker, List<ChatMessage> messages) throws IOException {
        if (template.isPresent()) {
            return template.get().render(messages);
        }
        refuseForgery(messages);
        boolean open = messages.getLast().role() == ChatMessage.Role.ASSISTANT;
        List<ChatMessage> closed = open ? messages.subList(0, messages.size() - 1) : messages;
        String text = worker.written(index(), closed)
                .orElseThrow(() -> new EngineException(
                        EngineException.Kind.INTERNAL,
                        "llama.cpp cannot write this conversation for " + source.name() + "."));
        return worker.tokens(index(), open ? text + messages.getLast().content() : text, true, true);
    }

    /** llama.cpp writes control tokens as text, so a message that names one could not be told from the template. */
    private void refuseForgery(List<ChatMessage> messages) {
        for (int i = 0; i < messages.size(); i++) {
            if (opened.tokenizer().namesControl(messages.get(i).content())) {
                throw new EngineException(
                        EngineException.Kind.UNWRITABLE,
                        "messages[" + i + "] holds a control token of " + source.name()
                                + " as text, which its chat template cannot tell apart. Leave it out.");
            }
        }
    }
}
