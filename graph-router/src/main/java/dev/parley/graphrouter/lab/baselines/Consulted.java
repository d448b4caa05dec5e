package dev.parley.graphrouter.lab.baselines;

import dev.parley.config.ModelId;
import dev.parley.config.ModelSpec;
import dev.parley.config.RouterSpec;
import dev.parley.graphrouter.Router;
import dev.parley.graphrouter.routers.Advice;
import dev.parley.graphrouter.routers.Adviser;
import dev.parley.graphrouter.routers.Routers;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The gateway's router {@code llm}: a language model really is asked, once a judged query and split, and told what the models are for by
 * the outcomes learnt from. Where it gives no advice, the graph decides, as in the gateway.
 */
public final class Consulted implements Contender {
    private static final int NEWS = 25; // questions between two words of progress

    private final ChatEndpoint endpoint;
    private final BuiltGraph graph;
    private final Consumer<String> progress;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong followed = new AtomicLong();

    public Consulted(ChatEndpoint endpoint, BuiltGraph graph, Consumer<String> progress) {
        this.endpoint = endpoint;
        this.graph = graph;
        this.progress = progress;
    }

    @Override
    public String name() {
        return "router llm";
    }

    @Override
    public String source() {
        return "TCAndon-Router (arXiv 2601.04544) by asking " + endpoint.model() + ": advice on " + followed + " of "
                + asked + " questions, the graph on the others; what asking costs is not counted";
    }

    @Override
    public boolean probable() {
        return false;
    }

    @Override
    public Router fit(TrainingSet train, long seed) {
        var spec = new RouterSpec.Advised("llm", new ModelId("adviser"), Optional.empty(), Duration.ZERO);
        List<ModelId> models = train.models().stream().map(ModelId::new).toList();
        return new Asking((Adviser) Routers.of(spec, graph.on(train, seed), models, OnGraph.NO_ENCODER));
    }

    private final class Asking implements Router {
        private final Adviser adviser;

        Asking(Adviser adviser) {
            this.adviser = adviser;
        }

        @Override
        public String name() {
            return adviser.name();
        }

        @Override
        public Forecast forecast(Query query, QueryFeatures features, List<ModelSpec> candidates) {
            Optional<Advice> advice = Advice.read(answer(query, candidates), candidates);
            advice.ifPresent(given -> followed.incrementAndGet());
            if (asked.incrementAndGet() % NEWS == 0) {
                progress.accept(endpoint.model() + ": asked " + asked + " questions, advice on " + followed);
            }
            return advice.map(adviser::advised).orElse(adviser).forecast(query, features, candidates);
        }

        /** Nothing if it fails on this one question. */
        private String answer(Query query, List<ModelSpec> candidates) {
            try {
                String schema = endpoint.held() ? Adviser.schema(candidates) : "";
                return endpoint.ask(
                        adviser.instructions(candidates, endpoint.held()),
                        Adviser.shown(List.of("USER: " + query.text())),
                        schema);
            } catch (IOException e) {
                return "";
            }
        }
    }
}
