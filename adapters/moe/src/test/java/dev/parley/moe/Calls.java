package dev.parley.moe;

import dev.parley.chat.BackendCall;
import dev.parley.chat.ChatEvent;
import dev.parley.chat.ChatRequest;
import dev.parley.chat.Conversation;
import dev.parley.chat.JsonBody;
import dev.parley.chat.OutputFormat;
import dev.parley.chat.Part;
import dev.parley.chat.Protocol;
import dev.parley.chat.RawJson;
import dev.parley.chat.Setting;
import dev.parley.chat.Tool;
import dev.parley.chat.ToolChoice;
import dev.parley.chat.Turn;
import dev.parley.config.ExpertControls;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.Price;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Builds calls, and listens to their answers. */
final class Calls {
    final List<Turn> turns = new ArrayList<>();
    final Map<Setting, RawJson> settings = new EnumMap<>(Setting.class);
    final List<Tool> tools = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    ToolChoice toolChoice = new ToolChoice.Unset();
    OutputFormat format = new OutputFormat.FreeText();
    Map<String, RawJson> extras = Map.of();
    String upstreamModel = "parley-tiny";
    ExpertControls moe = ExpertControls.NONE;
    int context = 512;
    boolean singleTurn;
    int maxOutput = 256;
    Instant deadline = Instant.now().plusSeconds(60);

    static Calls user(String text) {
        Calls calls = new Calls();
        calls.turns.add(Turn.text(Turn.Role.USER, text));
        return calls;
    }

    static Calls system(String text) {
        Calls calls = new Calls();
        calls.turns.add(Turn.text(Turn.Role.SYSTEM, text));
        return calls;
    }

    Calls turn(Turn.Role role, Part... parts) {
        turns.add(new Turn(role, List.of(parts)));
        return this;
    }

    Calls set(Setting setting, String json) {
        settings.put(setting, new RawJson(json));
        return this;
    }

    BackendCall call() {
        Conversation conversation = new Conversation(turns, tools, toolChoice, format, settings, extras);
        ChatRequest request =
                new ChatRequest(Protocol.OPENAI_CHAT, new NoBody(), upstreamModel, true, () -> conversation);
        return new BackendCall(model(), request, true, Map.of(), deadline, warnings::add);
    }

    /** Whom it asks. */
    ModelSpec model() {
        ModelCard card = new ModelCard("", "", 0.5, Map.of(), 10, Duration.ZERO, 100);
        return new ModelSpec(
                new ModelId("m"),
                "local",
                upstreamModel,
                new Price.Unknown(),
                Set.of(),
                context,
                maxOutput,
                card,
                moe,
                singleTurn);
    }

    /** The engine reads the conversation only. */
    private record NoBody() implements JsonBody {
        @Override
        public Optional<RawJson> member(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<String> string(String name) {
            return Optional.empty();
        }

        @Override
        public boolean flag(String name) {
            return false;
        }

        @Override
        public List<String> names() {
            return List.of();
        }

        @Override
        public JsonBody with(String name, RawJson value) {
            return this;
        }

        @Override
        public JsonBody without(String name) {
            return this;
        }

        @Override
        public List<Slice> slices() {
            return List.of();
        }

        @Override
        public int length() {
            return 0;
        }

        @Override
        public byte[] toBytes() {
            return new byte[0];
        }
    }

    /** Takes {@code first} events, and more on demand. */
    static class Listener implements Flow.Subscriber<ChatEvent> {
        final List<ChatEvent> events = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private final long first;

        Listener(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription s) {
            subscription.complete(s);
            if (first > 0) {
                s.request(first);
            }
        }

        @Override
        public void onNext(ChatEvent event) {
            threads.add(Thread.currentThread());
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            threads.add(Thread.currentThread());
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            threads.add(Thread.currentThread());
            end.complete(null);
        }

        Listener await() throws Exception {
            end.get(30, TimeUnit.SECONDS);
            return this;
        }

        String text(int choice) {
            StringBuilder text = new StringBuilder();
            for (ChatEvent event : events) {
                if (event instanceof ChatEvent.TextDelta(int index, String piece) && index == choice) {
                    text.append(piece);
                }
            }
            return text.toString();
        }
    }
}
