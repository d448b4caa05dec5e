package dev.parley.moe.engine.text;

import dev.parley.moe.engine.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a conversation as the tokens the model was trained on. A known family is recognised by its template's text; there is no
 * Jinja here. If the last turn is the assistant's, it stays open and the answer continues it. Immutable, thread-safe.
 */
public final class ChatTemplate {
    private static final String KEY = "tokenizer.chat_template";
    private static final String END = "tokenizer.ggml.eos_token_id";

    private static final Pattern OWN_SYSTEM =
            Pattern.compile("(?:'<\\|im_start\\|>system(?:\\n|\\\\n)|<\\|im_system\\|>system<\\|im_middle\\|>)"
                    + "([^'{}<|]+)<\\|im_end\\|>");

    private static final String QUESTION = "<\uff5cUser\uff5c>";
    private static final String ANSWER = "<\uff5cAssistant\uff5c>";
    private static final String THOUGHT = "<think>";

    /** How a family writes a turn: control tokens apart from text. {@code %} stands for the role, an empty close for the end token. */
    private enum Family {
        PARLEY("<|%|>", "", "<|end|>", ""),
        CHATML("<|im_start|>", "%\n", "<|im_end|>", "\n"),
        LLAMA3("<|start_header_id|>", "%", "<|eot_id|>", ""),
        /** Moonlight, Kimi-K2. */
        MOONSHOT("<|im_%|>", "%", "<|im_end|>", ""),
        ZEPHYR("", "<|%|>\n", "", "\n"),
        /** Only answers end (DeepSeek-V2); what the system says is a paragraph. */
        DEEPSEEK2("", "", "", ""),
        /** Questions and answers begin with control tokens, only answers end (V3, R1); what the system says comes first. */
        DEEPSEEK3("", "", "", ""),
        /** Questions in brackets, answers bare; the system message inside the first question. */
        LLAMA2("", "", "", ""),
        MISTRAL("", "", "", "");

        private final String open;
        private final String head;
        private final String close;
        private final String tail;

        Family(String open, String head, String close, String tail) {
            this.open = open;
            this.head = head;
            this.close = close;
            this.tail = tail;
        }

        boolean bracketed() {
            return this == LLAMA2 || this == MISTRAL;
        }

        boolean answersEnd() {
            return this == DEEPSEEK2 || this == DEEPSEEK3;
        }

        /** The control token between the role and the text; empty for none. */
        String middle() {
            return this == LLAMA3 ? "<|end_header_id|>" : this == MOONSHOT ? "<|im_middle|>" : "";
        }
    }

    private final Tokenizer tokenizer;
    private final Family family;
    private final int end;
    private final OptionalInt bracket;
    private final int[] prefix;
    private final String system;
    private final boolean thinks;

    private ChatTemplate(Tokenizer tokenizer, Family family, int end, String template) {
        this.tokenizer = tokenizer;
        this.family = family;
        this.end = end;
        this.bracket = tokenizer.control("[INST]");
        prefix = tokenizer.beginning();
        system = system(template);
        thinks = template.contains(ANSWER + THOUGHT + "\\n'") || template.contains(ANSWER + THOUGHT + "\n'");
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} if the file's template is of no known family. */
    public static ChatTemplate of(GgufMetadata file, Tokenizer tokenizer) {
        Family family = family(file, file.text(KEY));
        if (!family.open.isEmpty()) {
            for (ChatMessage.Role role : ChatMessage.Role.values()) {
                require(file, tokenizer, family.open.replace("%", role.word()));
            }
        }
        int end = family.close.isEmpty()
                ? file.whole(END, 0, tokenizer.size() - 1)
                : require(file, tokenizer, family.close);
        if (!family.middle().isEmpty()) {
            require(file, tokenizer, family.middle());
        }
        if (family == Family.DEEPSEEK3) {
            require(file, tokenizer, QUESTION);
            require(file, tokenizer, ANSWER);
        }
        return new ChatTemplate(tokenizer, family, end, file.text(KEY));
    }

    /** What a template says itself where the conversation does not begin with a system message (SmolLM, Qwen 2.5, Moonlight). */
    private static String system(String template) {
        Matcher own = OWN_SYSTEM.matcher(template);
        return own.find() ? own.group(1) : "";
    }

    private static Family family(GgufMetadata file, String template) {
        if (template.contains("<|im_start|>")) {
            return Family.CHATML;
        }
        if (template.contains("<|im_middle|>")) {
            return Family.MOONSHOT;
        }
        if (template.contains("<|start_header_id|>")) {
            return Family.LLAMA3;
        }
        if (template.contains(QUESTION) && template.contains(ANSWER)) {
            return Family.DEEPSEEK3;
        }
        if (template.contains("'User: '") && template.contains("'Assistant: '")) {
            return Family.DEEPSEEK2;
        }
        if (template.contains("'<|' + message['role'] + '|>' + message['content'] + '<|end|>'")) {
            return Family.PARLEY;
        }
        if (template.contains("[INST]")) {
            return template.contains("<<SYS>>") ? Family.LLAMA2 : Family.MISTRAL;
        }
        if (template.contains("<|user|>") && template.contains("eos_token")) {
            return Family.ZEPHYR;
        }
        String remedy =
                "Use a model with a ChatML, Llama 2 or 3, Mistral, DeepSeek, Moonlight, Zephyr or Parley template";
        throw file.fault(KEY, "the chat template is of no known family", remedy);
    }

    private static int require(GgufMetadata file, Tokenizer tokenizer, String token) {
        return tokenizer
                .control(token)
                .orElseThrow(() ->
                        file.fault("tokenizer.ggml.tokens", "the template's control token " + token + " is missing"));
    }

    /** The prompt's token ids, up to where the answer begins. */
    public int[] render(List<ChatMessage> messages) {
        Tokens out = new Tokens();
        Arrays.stream(prefix).forEach(out::add);
        if (family.bracketed()) {
            bracketed(out, messages);
            return out.all();
        }
        if (family.answersEnd()) {
            answersEnd(out, messages);
            return out.all();
        }
        List<ChatMessage> all = withSystem(messages);
        for (int i = 0; i < all.size(); i++) {
            ChatMessage message = all.get(i);
            open(out, message.role());
            out.text.append(message.content());
            if (i + 1 < all.size() || message.role() != ChatMessage.Role.ASSISTANT) {
                out.flush();
                out.add(end);
                out.text.append(family.tail);
            }
        }
        if (messages.isEmpty() || messages.getLast().role() != ChatMessage.Role.ASSISTANT) {
            open(out, ChatMessage.Role.ASSISTANT);
        }
        return out.all();
    }

    /** What the system says, all of it. */
    private static String said(List<ChatMessage> messages) {
        return messages.stream()
                .filter(m -> m.role() == ChatMessage.Role.SYSTEM)
                .map(ChatMessage::content)
                .collect(Collectors.joining("\n\n"));
    }

    private void answersEnd(Tokens out, List<ChatMessage> messages) {
        boolean marked = family == Family.DEEPSEEK3;
        out.text.append(marked ? said(messages) : "");
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            switch (message.role()) {
                case SYSTEM -> out.text.append(marked ? "" : message.content() + "\n\n");
                case USER -> {
                    mark(out, QUESTION, "User: ");
                    out.text.append(message.content()).append(marked ? "" : "\n\n");
                }
                case ASSISTANT -> {
                    mark(out, ANSWER, "Assistant: ");
                    out.text.append(message.content());
                    if (i + 1 < messages.size()) {
                        out.flush();
                        out.add(end);
                    }
                }
            }
        }
        if (messages.isEmpty() || messages.getLast().role() != ChatMessage.Role.ASSISTANT) {
            mark(out, ANSWER, "Assistant:");
            think(out);
        }
    }

    private void mark(Tokens out, String control, String text) {
        if (family == Family.DEEPSEEK3) {
            out.control(control);
        } else {
            out.text.append(text);
        }
    }

    /** R1's answers begin with a thought. */
    private void think(Tokens out) {
        if (thinks) {
            if (tokenizer.control(THOUGHT).isPresent()) {
                out.control(THOUGHT);
            } else {
                out.text.append(THOUGHT);
            }
            out.text.append('\n');
        }
    }

    /** What stands between two answers becomes one question; what the system says begins one of them (as in mistral-common). */
    private void bracketed(Tokens out, List<ChatMessage> messages) {
        String said = said(messages);
        String instructed = family == Family.LLAMA2 ? "<<SYS>>\n" + said + "\n<</SYS>>\n\n" : said + "\n\n";
        int place = said.isEmpty() ? -1 : instructedQuestion(messages);
        StringBuilder question = new StringBuilder();
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            if (i == place) {
                question.append(instructed);
            }
            if (message.role() == ChatMessage.Role.USER) {
                question.append(message.content()).append("\n\n");
            } else if (message.role() == ChatMessage.Role.ASSISTANT) {
                ask(out, question);
                out.text.append(bracket.isPresent() ? "" : " ").append(message.content());
                if (i + 1 < messages.size()) {
                    answered(out);
                }
            }
        }
        ask(out, question);
    }

    /** Where brackets are control tokens (Mistral 0.3, Mixtral 8x22B), the last question; else the first. */
    private int instructedQuestion(List<ChatMessage> messages) {
        List<Integer> questions = IntStream.range(0, messages.size())
                .filter(i -> messages.get(i).role() == ChatMessage.Role.USER)
                .boxed()
                .toList();
        if (questions.isEmpty()) {
            return 0;
        }
        return bracket.isPresent() ? questions.getLast() : questions.getFirst();
    }

    private void ask(Tokens out, StringBuilder question) {
        String text = question.toString().replaceFirst("\n\n$", "");
        question.setLength(0);
        if (text.isEmpty()) {
            return;
        }
        if (bracket.isPresent()) {
            out.control("[INST]");
            out.text.append(text);
            out.control("[/INST]");
        } else {
            out.text.append("[INST] ").append(text).append(" [/INST]");
        }
    }

    private void answered(Tokens out) {
        boolean anew = family == Family.LLAMA2;
        out.text.append(anew ? " " : "");
        out.flush();
        out.add(end);
        if (anew) {
            Arrays.stream(prefix).forEach(out::add);
        }
    }

    private List<ChatMessage> withSystem(List<ChatMessage> messages) {
        if (system.isEmpty() || messages.isEmpty() || messages.getFirst().role() == ChatMessage.Role.SYSTEM) {
            return messages;
        }
        List<ChatMessage> all = new ArrayList<>(messages);
        all.addFirst(new ChatMessage(ChatMessage.Role.SYSTEM, system));
        return all;
    }

    private void open(Tokens out, ChatMessage.Role role) {
        if (!family.open.isEmpty()) {
            out.control(family.open.replace("%", role.word()));
        }
        out.text.append(family.head.replace("%", role.word()));
        if (!family.middle().isEmpty()) {
            out.control(family.middle());
        }
        out.text.append(family == Family.LLAMA3 ? "\n\n" : "");
    }

    /** Collects ids; text between two control tokens is encoded as one, as the reference does. */
    private final class Tokens {
        private final List<int[]> parts = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();

        void add(int id) {
            parts.add(new int[] {id});
        }

        void control(String name) {
            flush();
            OptionalInt id = tokenizer.control(name);
            add(id.orElseThrow());
        }

        void flush() {
            if (!text.isEmpty()) {
                parts.add(tokenizer.encode(text.toString()));
                text.setLength(0);
            }
        }

        int[] all() {
            flush();
            return parts.stream().flatMapToInt(Arrays::stream).toArray();
        }
    }
}
