package dev.parley.config;

import java.time.Duration;

/**
 * How queries are scored.
 *
 * @param defaultPolicy id of the policy behind {@code auto}
 * @param device where ONNX runs; AUTO takes CUDA if present and says so
 * @param encoderThreads scoring threads
 * @param maxTokens of a query that are encoded; the rest is cut
 * @param deadline after which a request is routed without its embedding
 * @param graph file of a calibrated routing graph; empty for the one shipped with Parley
 */
public record RoutingSpec(
        String defaultPolicy, Device device, int encoderThreads, int maxTokens, Duration deadline, String graph) {

    /** Where ONNX Runtime computes. */
    public enum Device {
        CPU,
        CUDA,
        AUTO
    }
}
