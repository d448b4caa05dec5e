package dev.parley.gateway.admin;

import dev.parley.config.BackendSpec;
import dev.parley.config.CacheSpec;
import dev.parley.config.Capability;
import dev.parley.config.KeySpec;
import dev.parley.config.ModelCard;
import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.ParleyConfig;
import dev.parley.config.PolicySpec;
import dev.parley.config.Price;
import dev.parley.config.RecordSpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.Secret;
import dev.parley.config.ServerSpec;
import dev.parley.graphrouter.Decision;
import dev.parley.graphrouter.lab.Worth;
import dev.parley.moe.ModelCapacity;
import dev.parley.moe.engine.study.Capacity;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Small, known sources. What is asked of them is kept. */
final class FakeSources {
    final Map<String, String> asked = new ConcurrentHashMap<>();
    final Map<String, String> unready = new ConcurrentHashMap<>();
    private final ParleyConfig config;
    private final int clientPort;

    FakeSources(Secret adminKey, int clientPort) {
        this.config = config(adminKey);
        this.clientPort = clientPort;
    }

    Sources sources() {
        return new Sources(
                () -> config,
                new Outcomes(),
                () -> Future.succeededFuture(List.of(report())),
                fleet(),
                new Trials(),
                () -> "# TYPE x counter\nx_total 1.0\n",
                () -> new Readiness(unready, Map.of("encoder", "late")));
    }

    private static Experiments.Report report() {
        return new Experiments.Report(
                "exp",
                List.of(new Experiments.Arm("control", "errors", 1, 2, 0.5, Double.NaN)),
                List.of(new Experiments.Effect("b", "errors", 0.1, Double.NaN, Double.NaN)),
                0.4);
    }

    private static Fleet fleet() {
        return new Fleet() {
            @Override
            public String state(String backend) {
                return "degraded";
            }

            @Override
            public Optional<Calibration> calibration(ModelId model) {
                return Optional.of(new Calibration(31, 0.9, Map.of("math", 0.97), false));
            }

            @Override
            public Map<String, Long> spending() {
                return Map.of("team-a", 7L);
            }

            @Override
            public Optional<Local> local(boolean speed) {
                Optional<Capacity.Foretold> foretold =
                        speed ? Optional.of(new Capacity.Foretold(256, 40, 44, 50)) : Optional.empty();
                return Optional.of(new Local(
                        1, 2, OptionalLong.of(3), List.of(new ModelCapacity("tiny", 4000, 64, 512, 900, foretold))));
            }

            @Override
            public Picture graph() {
                return new Picture(
                        List.of(
                                new Node("t", "task", "math", 3),
                                new Node("m", "model", "gpt", 3),
                                new Node("n", "model", "late", 40, Optional.of(new Joined(40, 0.17)))),
                        List.of(new Edge("t", "m", 3, Double.NaN)));
            }

            @Override
            public Optional<Worth> worth() {
                return Optional.of(new Worth(500, List.of("gpt", "phi"), 0.012, -0.004, 0.03));
            }
        };
    }

    private final class Outcomes implements Records {
        @Override
        public Future<String> list(String model, Instant since, int limit) {
            asked.put("list", model + " " + since + " " + limit);
            return Future.succeededFuture("[{\"id\":\"d1\"}]");
        }

        @Override
        public Future<Optional<String>> find(String id) {
            return Future.succeededFuture(id.equals("d1") ? Optional.of("{\"id\":\"d1\"}") : Optional.empty());
        }

        @Override
        public Future<String> statistics(Instant since) {
            return Future.failedFuture(new IllegalStateException("secret detail of the disk"));
        }

        @Override
        public Future<Boolean> feedback(String id, String metric, double value) {
            asked.put("feedback", id + " " + metric + " " + value);
            return Future.succeededFuture(id.equals("d1"));
        }
    }

    private final class Trials implements Playground {
        @Override
        public Future<Routed> route(String text, String policy) {
            asked.put("route", text + "/" + policy);
            return Future.succeededFuture(
                    new Routed(Decision.direct(new ModelId("gpt"), List.of()), "minilm-l6-q8", 420));
        }

        @Override
        public SocketAddress clientSide() {
            return SocketAddress.inetSocketAddress(clientPort, "127.0.0.1");
        }
    }

    private static ParleyConfig config(Secret adminKey) {
        ServerSpec server = new ServerSpec(
                "127.0.0.1",
                0,
                "127.0.0.1",
                0,
                adminKey,
                ServerSpec.Transport.NIO,
                1,
                1024,
                Duration.ofSeconds(1),
                false);
        BackendSpec backend = new BackendSpec.Http(
                "cloud",
                BackendSpec.Protocol.OPENAI,
                URI.create("https://user:hidden-password@api.example.com/v1"),
                Secret.of("hidden-backend-key"),
                Map.of("x-org", "hidden-header"),
                new BackendSpec.Timeouts(
                        Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                1,
                1);
        ModelSpec model = new ModelSpec(
                new ModelId("gpt"),
                "cloud",
                "gpt",
                new Price.PerToken(150_000, 600_000, 0, 0),
                Set.of(Capability.CHAT),
                1_000,
                100,
                new ModelCard("", "", 0.5, Map.of(), 10, Duration.ofMillis(1), 100));
        KeySpec key = new KeySpec(
                "team-a",
                Secret.of("hidden-client-key"),
                List.of(),
                "",
                new KeySpec.Budget(1_000, Duration.ofDays(1)),
                KeySpec.RateLimit.UNLIMITED);
        return new ParleyConfig(
                server,
                new RoutingSpec("cheap", RoutingSpec.Device.CPU, 1, 128, Duration.ofMillis(50), ""),
                new CacheSpec(false, 0, Duration.ofMinutes(1)),
                new RecordSpec("x", false, Duration.ofDays(1)),
                List.of(backend),
                List.of(model),
                List.of(new PolicySpec.CheapestSufficient("cheap", 0, PolicySpec.Limits.NONE)),
                List.of(key),
                List.of());
    }
}
