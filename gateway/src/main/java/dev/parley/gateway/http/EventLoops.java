package dev.parley.gateway.http;

import dev.parley.config.ServerSpec;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts Vert.x on the transport asked for, or on the next best that loads here, and says which. */
public final class EventLoops {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private EventLoops() {}

    /** A Vert.x with {@link #count} event loops. */
    public static Vertx start(ServerSpec spec) {
        Transport transport = choose(spec.transport());
        LOG.info("event loops: {} on {} (asked for: {})", count(spec), transport.name(), spec.transport());
        VertxBuilder builder = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(count(spec)).setPreferNativeTransport(false))
                .withTransport(transport);
        return builder.build();
    }

    /** How many event loops serve clients: as configured, or one per core. */
    public static int count(ServerSpec spec) {
        return spec.eventLoops() > 0 ? spec.eventLoops() : Runtime.getRuntime().availableProcessors();
    }

    /**
     * AUTO and a missing choice fall to epoll (lowest latency), kqueue, then NIO, which is always there. io_uring costs less CPU at
     * saturation but adds latency at low load and is often forbidden in containers, so it must be asked for.
     */
    static Transport choose(ServerSpec.Transport asked) {
        Transport wanted = switch (asked) {
            case IO_URING -> usable(Transport.IO_URING) ? Transport.IO_URING : best();
            case NIO -> Transport.NIO;
            case EPOLL, AUTO -> best();
        };
        if (asked != ServerSpec.Transport.AUTO && !wanted.name().equalsIgnoreCase(asked.name())) {
            LOG.warn("transport {} is not available here, using {}", asked, wanted.name());
        }
        return wanted;
    }

    private static Transport best() {
        if (usable(Transport.EPOLL)) {
            return Transport.EPOLL;
        }
        return usable(Transport.KQUEUE) ? Transport.KQUEUE : Transport.NIO;
    }

    private static boolean usable(@Nullable Transport transport) {
        return transport != null && transport.available();
    }
}
