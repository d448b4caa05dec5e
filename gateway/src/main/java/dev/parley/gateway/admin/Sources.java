package dev.parley.gateway.admin;

import dev.parley.config.ParleyConfig;
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
 * @param readiness as of now; may look at the file system
 */
public record Sources(
        Supplier<ParleyConfig> config,
        Records records,
        Experiments experiments,
        Fleet fleet,
        Playground playground,
        Supplier<String> metrics,
        Supplier<Readiness> readiness) {}
