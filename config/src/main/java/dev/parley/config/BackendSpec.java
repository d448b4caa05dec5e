package dev.parley.config;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Something that answers. */
public sealed interface BackendSpec {
    /** Name in configuration, headers and records. */
    String id();

    /** The protocol an HTTP backend speaks. */
    enum Protocol {
        OPENAI,
        ANTHROPIC,
        OLLAMA
    }

    /**
     * A server elsewhere.
     *
     * @param baseUrl with the path prefix before the protocol's own, e.g. {@code https://api.openai.com/v1},
     *     {@code https://api.anthropic.com}, {@code http://localhost:11434}
     * @param apiKey sent as the protocol wants it
     * @param headers further headers to send, e.g. an organisation; values are never logged
     */
    record Http(
            String id,
            Protocol protocol,
            URI baseUrl,
            Secret apiKey,
            Map<String, String> headers,
            Timeouts timeouts,
            int maxConnections,
            int maxRetries)
            implements BackendSpec {
        public Http {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Http[id=" + id + ", protocol=" + protocol + ", baseUrl=" + baseUrl + "]";
        }
    }

    /**
     * The MoE engine in this process.
     *
     * @param directory folder of GGUF files, or empty for the models shipped with Parley
     * @param threads computing threads, which take models in turn and share a model's work; 0 for one fewer than the machine has cores
     * @param maxSequences sequences computed together; further ones queue
     * @param maxQueue queued sequences; further ones are refused as overloaded
     * @param expertsMemory bytes of experts kept in memory, the rest stays in the directory's files; 0 keeps all
     * @param expertsTwins whether 4-bit twins, within that memory, stand in for experts that are in their files
     * @param kvMemory bytes of keys and values, of running and of finished answers, over all models; 0 for a quarter of the heap
     */
    record Moe(
            String id,
            String directory,
            int threads,
            int maxSequences,
            int maxQueue,
            long expertsMemory,
            boolean expertsTwins,
            long kvMemory)
            implements BackendSpec {

        /** With all experts in memory, and a quarter of the heap for keys and values. */
        public Moe(String id, String directory, int threads, int maxSequences, int maxQueue) {
            this(id, directory, threads, maxSequences, maxQueue, 0, false, 0);
        }
    }

    /**
     * llama.cpp in a process of its own beside the gateway.
     *
     * @param library folder of its shared libraries
     * @param directory folder of GGUF files; models are named by file or by what the file calls itself
     * @param threads that it computes with; 0 for one fewer than the machine has cores
     * @param maxSequences answers computed together; further ones queue
     * @param maxQueue queued answers; further ones are refused as overloaded
     * @param context tokens of one conversation, at most; memory for {@code maxSequences} of them is taken for each model
     */
    record LlamaCpp(
            String id, String library, String directory, int threads, int maxSequences, int maxQueue, int context)
            implements BackendSpec {}

    /** The embedding model that the router itself uses, served as {@code /v1/embeddings}. */
    record Embedding(String id) implements BackendSpec {}

    /**
     * Limits of one call.
     *
     * @param connect until the connection stands
     * @param firstByte until the answer's first byte
     * @param idle between two pieces of a stream
     * @param total for the whole call
     */
    record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {}
}
