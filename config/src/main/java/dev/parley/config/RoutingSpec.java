package dev.parley.config;

import java.time.Duration;
import java.util.Map;

/**
 * How queries are scored.
 *
 * @param defaultPolicy id of the policy behind {@code auto}
 * @param device where ONNX runs; AUTO takes CUDA if present and says so
 * @param encoderThreads scoring threads
 * @param maxTokens of a query that are encoded; the rest is cut
 * @param deadline after which a request is routed without its embedding
 * @param graph file of a calibrated routing graph; empty for the one shipped with Parley
 * @param router id of the router behind policies that name none
 * @param routerByPolicy ids of routers by id of the policy that names them
 */
public record RoutingSpec(
        String defaultPolicy,
        Device device,
        int encoderThreads,
        int maxTokens,
        Duration deadline,
        String graph,
        String router,
        Map<String, String> routerByPolicy) {
    /** The router that is always there. */
    public static final String GRAPH = "graph";

    public RoutingSpec {
        routerByPolicy = Map.copyOf(routerByPolicy);
    }

    /** By the graph alone. */
    public RoutingSpec(
            String defaultPolicy, Device device, int encoderThreads, int maxTokens, Duration deadline, String graph) {
        this(defaultPolicy, device, encoderThreads, maxTokens, deadline, graph, GRAPH, Map.of());
    }

    /** Id of the router that predicts for a policy. */
    public String routerOf(String policy) {
        return routerByPolicy.getOrDefault(policy, router);
    }

    /** Where ONNX Runtime computes. */
    public enum Device {
        CPU,
        CUDA,
        AUTO
    }
}
