package dev.parley.config;

import java.time.Duration;

/**
 * Where and how the gateway listens.
 *
 * @param host of the client side
 * @param port of the client side; 0 picks a free one
 * @param adminHost of the management side (health, metrics, admin, console)
 * @param adminPort of the management side; equal to {@code port} serves both on one
 * @param adminKey needed for {@code /admin} if present
 * @param transport of the event loops
 * @param eventLoops 0 for one per core
 * @param maxBodyBytes largest request body
 * @param shutdownGrace how long running requests may finish on SIGTERM
 * @param strict refuse what a translation would have to drop, instead of a warning header
 */
public record ServerSpec(
        String host,
        int port,
        String adminHost,
        int adminPort,
        Secret adminKey,
        Transport transport,
        int eventLoops,
        long maxBodyBytes,
        Duration shutdownGrace,
        boolean strict) {

    /** Event-loop transports; AUTO takes the best that loads. */
    public enum Transport {
        AUTO,
        EPOLL,
        IO_URING,
        NIO
    }
}
