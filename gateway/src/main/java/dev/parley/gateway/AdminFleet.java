package dev.parley.gateway;

import dev.parley.config.ModelId;
import dev.parley.gateway.admin.Fleet;
import dev.parley.gateway.budget.Admission;
import dev.parley.gateway.execute.BackendHealth;
import dev.parley.graphrouter.RoutingGraph;
import dev.parley.graphrouter.lab.Worth;
import dev.parley.moe.engine.model.ExpertCache;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Backends, budgets and the routing graph as they are now. */
record AdminFleet(
        BackendHealth health,
        Admission admission,
        LocalEngines engines,
        Supplier<RoutingGraph> routing,
        Supplier<Optional<Worth>> judged)
        implements Fleet {
    @Override
    public String state(String backend) {
        return health.state(backend).name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Optional<Calibration> calibration(ModelId model) {
        return GraphPicture.calibration(routing.get(), model);
    }

    @Override
    public Map<String, Long> spending() {
        return admission.spending();
    }

    @Override
    public Optional<Local> local(boolean speed) {
        return engines.moe()
                .map(runtime -> new Local(
                        runtime.kv().heldBytes(),
                        runtime.kv().keptBytes(),
                        runtime.expertCache().stream()
                                .mapToLong(ExpertCache.Figures::residentBytes)
                                .findFirst(),
                        runtime.capacities(speed)));
    }

    @Override
    public Picture graph() {
        return GraphPicture.of(routing.get());
    }

    @Override
    public Optional<Worth> worth() {
        return judged.get();
    }
}
