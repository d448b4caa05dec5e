package dev.parley.moe.engine.text;

import dev.parley.moe.engine.gguf.GgufFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a conversation as the tokens the model was trained on. A known family is recognised by its template's text; there is no
 * Jinja here. If the last turn is the assistant's, it stays open and the answer continues it. Immutable, thread-safe.
 */
public final class ChatTemplate {
    private static final String KEY = "tokenizer.chat_template";

    private static final Pattern OWN_SYSTEM =
            Pattern.compile("'<\\|im_start\\|>system(?:\\n|\\\\n)([^'{}<|]+)<\\|im_end\\|>(?:\\n|\\\\n)'");

    /** How a family writes a turn: control tokens apart from text. {@code %} stands for the role. */
    private enum Family {
        PARLEY("<|%|>", "", "<|end|>", ""),
        CHATML("<|im_start|>", "%\n", "<|im_end|>", "\n"),
        LLAMA3("<|start_header_id|>", "%", "<|eot_id|>", "");

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
    }

    private final Tokenizer tokenizer;
    private final Family family;
    private final int[] prefix;
    private final String system;

    private ChatTemplate(Tokenizer tokenizer, Family family, int[] prefix, String system) {
        this.tokenizer = tokenizer;
        this.family = family;
        this.prefix = prefix;
        this.system = system;
    }

    /** Throws {@link dev.parley.moe.engine.gguf.GgufException} if the file's template is of no known family. */
    public static ChatTemplate of(GgufFile file, Tokenizer tokenizer) {
        Family family = family(file, file.metadata().text(KEY));
        for (ChatMessage.Role role : ChatMessage.Role.values()) {
            require(file, tokenizer, family.open.replace("%", role.word()));
        }
        require(file, tokenizer, family.close);
        if (family == Family.LLAMA3) {
            require(file, tokenizer, "<|end_header_id|>");
        }
        return new ChatTemplate(
                tokenizer,
                family,
                prefix(file, tokenizer),
                system(file.metadata().text(KEY)));
    }

    /** What a ChatML template says itself where the conversation does not begin with a system message (SmolLM, Qwen 2.5). */
    private static String system(String template) {
        Matcher own = OWN_SYSTEM.matcher(template);
        return own.find() ? own.group(1) : "";
    }

    private static Family family(GgufFile file, String template) {
        if (template.contains("<|im_start|>")) {
            return Family.CHATML;
        }
        if (template.contains("<|start_header_id|>")) {
            return Family.LLAMA3;
        }
        if (template.contains("'<|' + message['role'] + '|>' + message['content'] + '<|end|>'")) {
            return Family.PARLEY;
        }
        String remedy = "Use a model with a ChatML, Llama 3 or Parley template";
        throw file.fault("key " + KEY, "the chat template is of no known family", remedy);
    }

    private static void require(GgufFile file, Tokenizer tokenizer, String token) {
        if (tokenizer.control(token).isEmpty()) {
            throw file.metadata()
                    .fault("tokenizer.ggml.tokens", "the template's control token " + token + " is missing");
        }
    }

    private static int[] prefix(GgufFile file, Tokenizer tokenizer) {
        String add = "tokenizer.ggml.add_bos_token";
        String bos = "tokenizer.ggml.bos_token_id";
        if (!file.metadata().has(add) || !file.metadata().flag(add)) {
            return new int[0];
        }
        return new int[] {file.metadata().whole(bos, 0, tokenizer.size() - 1)};
    }

    /** The prompt's token ids, up to where the answer begins. */
    public int[] render(List<ChatMessage> messages) {
        Tokens out = new Tokens();
        Arrays.stream(prefix).forEach(out::add);
        List<ChatMessage> all = withSystem(messages);
        for (int i = 0; i < all.size(); i++) {
            ChatMessage message = all.get(i);
            open(out, message.role());
            out.text.append(message.content());
            if (i + 1 < all.size() || message.role() != ChatMessage.Role.ASSISTANT) {
                out.control(family.close);
                out.text.append(family.tail);
            }
        }
        if (messages.isEmpty() || messages.getLast().role() != ChatMessage.Role.ASSISTANT) {
            open(out, ChatMessage.Role.ASSISTANT);
        }
        return out.all();
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
        out.control(family.open.replace("%", role.word()));
        out.text.append(family.head.replace("%", role.word()));
        if (family == Family.LLAMA3) {
            out.control("<|end_header_id|>");
            out.text.append("\n\n");
        }
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
