package dev.parley.gateway.cache;

import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The identity of a request: SHA-256 over protocol, policy, scope and all members of the body by name, values byte by byte. Unknown
 * members count, so a parameter we do not know can never give a wrong hit; another spacing gives a miss, never a wrong answer.
 */
final class Fingerprint {
    /** Members that change how an answer is sent or billed, not what it says. */
    private static final Set<String> INDIFFERENT =
            Set.of("stream", "stream_options", "user", "safety_identifier", "metadata", "prompt_cache_key");

    /** Members that tie an answer to a state outside the request. */
    private static final Set<String> STATEFUL =
            Set.of("previous_response_id", "background", "container", "mcp_servers", "store");

    private Fingerprint() {}

    /**
     * Empty if the same request need not have the same answer. It need, if it says temperature 0 itself, asks for one choice and
     * leans on no state elsewhere.
     */
    static Optional<String> of(ChatRequest request, String policy, String scope) {
        JsonBody body = request.body();
        List<String> names = body.names();
        if (new HashSet<>(names).size() != names.size() || names.stream().anyMatch(STATEFUL::contains)) {
            return Optional.empty();
        }
        if (!deterministic(request.conversation())) {
            return Optional.empty();
        }
        MessageDigest sha = sha256();
        put(sha, request.protocol().name());
        put(sha, policy);
        put(sha, scope);
        for (String name : names.stream().sorted().toList()) {
            if (!INDIFFERENT.contains(name)) {
                put(sha, name);
                put(sha, body.member(name).map(RawJson::text).orElse("null"));
            }
        }
        return Optional.of(HexFormat.of().formatHex(sha.digest()));
    }

    private static boolean deterministic(Conversation conversation) {
        RawJson temperature = conversation.settings().get(Setting.TEMPERATURE);
        return temperature != null
                && conversation.number(Setting.TEMPERATURE).orElse(1) == 0
                && conversation.number(Setting.CHOICES).orElse(1) == 1;
    }

    /** Length first: no two sequences of texts give the same bytes. */
    private static void put(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
