package dev.parley.gateway.http;

/** Writes one reply that takes time. */
interface ReplyWriter {
    void start();

    /** The client is gone: stop the source, write no more. */
    void cancel();
}
