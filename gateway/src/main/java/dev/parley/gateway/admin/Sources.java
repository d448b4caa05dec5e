package dev.parley.gateway.admin;

import dev.parley.config.ParleyConfig;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the management side shows and where it comes from. All parts are thread-safe.
 *
 * @param config the current one
 * @param records outcomes
 * @param experiments tests and what they say
 * @param fleet backends, models, graph
 * @param playground dry runs and trials
 * @param metrics all metrics in Prometheus' text format; may take milliseconds
 * @param unready parts that are not ready with the reason; empty means ready
 */
public record Sources(
        Supplier<ParleyConfig> config,
        Records records,
        Experiments experiments,
        Fleet fleet,
        Playground playground,
        Supplier<String> metrics,
        Supplier<Map<String, String>> unready) {}
