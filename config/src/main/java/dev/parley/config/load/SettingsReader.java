package dev.parley.config.load;

import dev.parley.config.CacheSpec;
import dev.parley.config.RecordSpec;
import dev.parley.config.RoutingSpec;
import dev.parley.config.ServerSpec;
import java.time.Duration;
import java.util.Collection;

/** Reads the four sections that stand once: server, routing, cache, record. */
final class SettingsReader {
    private static final int CORES = 1024;
    private static final Form<Integer> PORT = Form.integer(0, 65_535);

    private SettingsReader() {}

    static ServerSpec server(Section server) {
        Section admin = server.section("admin");
        ServerSpec spec = new ServerSpec(
                server.get("host", Form.word(), "127.0.0.1"),
                server.get("port", PORT, 8080),
                admin.get("host", Form.word(), "127.0.0.1"),
                admin.get("port", PORT, 8081),
                admin.secret("key"),
                server.get("transport", Form.choice(ServerSpec.Transport.class), ServerSpec.Transport.AUTO),
                server.get("event_loops", Form.integer(0, CORES), 0),
                server.get("max_body", Form.size(1024, 1L << 30), 32L << 20),
                server.get("shutdown_grace", Form.duration(Duration.ZERO, Duration.ofHours(1)), Duration.ofSeconds(30)),
                server.get("strict", Form.flag(), false));
        admin.finish();
        server.finish();
        return spec;
    }

    static RoutingSpec routing(Section routing, Collection<String> policies, RouterReader routers) {
        RoutingSpec spec = new RoutingSpec(
                routing.reference("default_policy", "policy", policies).orElse("balanced"),
                routing.get("device", Form.choice(RoutingSpec.Device.class), RoutingSpec.Device.AUTO),
                routing.get("encoder_threads", Form.integer(1, CORES), 1),
                routing.get("max_tokens", Form.integer(8, 512), 128),
                routing.get(
                        "deadline", Form.duration(Duration.ofMillis(1), Duration.ofSeconds(10)), Duration.ofSeconds(1)),
                routing.get("graph", Form.text(), ""),
                routers.named(routing).orElse(RoutingSpec.GRAPH),
                routers.byPolicy());
        routing.finish();
        return spec;
    }

    static CacheSpec cache(Section cache) {
        CacheSpec spec = new CacheSpec(
                cache.get("enabled", Form.flag(), false),
                cache.get("max_size", Form.size(1024, 1L << 40), 64L << 20),
                cache.get("ttl", Form.duration(Duration.ofSeconds(1), Duration.ofDays(365)), Duration.ofHours(1)));
        cache.finish();
        return spec;
    }

    static RecordSpec record(Section record) {
        RecordSpec spec = new RecordSpec(
                record.get("path", Form.word(), "parley.db"),
                record.get("prompts", Form.flag(), false),
                record.get(
                        "retention", Form.duration(Duration.ofMinutes(1), Duration.ofDays(3650)), Duration.ofDays(30)));
        record.finish();
        return spec;
    }
}
