package dev.parley.graphrouter.lab.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.config.ModelSpec;
import dev.parley.graphrouter.GraphPlanner;
import dev.parley.graphrouter.Prediction;
import dev.parley.graphrouter.Router;
import dev.parley.routermodels.Query;
import dev.parley.routermodels.QueryFeatures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The language model is scripted, for its answers must be known. */
class ConsultedTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENCODER = "test";
    private static final List<ModelSpec> MODELS = List.of(GraphPlanner.silent("verse"), GraphPlanner.silent("prose"));
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private boolean holds;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestHeaders().getFirst("authorization") + " " + body);
        byte[] answer =
                JSON.writeValueAsBytes(Map.of("choices", List.of(Map.of("message", Map.of("content", said(body))))));
        exchange.sendResponseHeaders(body.contains("broken") ? 500 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private String said(String body) {
        if (holds && body.contains("Reply in JSON")) {
            return "{\"yes\": true}";
        }
        if (!body.contains("sonnet")) {
            return "I would not know.";
        }
        return body.contains("json_schema")
                ? "{\"reason\": \"It is art.\", \"models\": [\"verse\"]}"
                : "<Reason>It is art.</Reason><ID>verse</ID>";
    }

    private Consulted consulted() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/";
        return new Consulted(ChatEndpoint.checked(url, "wise", "secret"), new BuiltGraph(8, ENCODER), line -> {});
    }

    /** Prose is right everywhere. */
    private static TrainingSet outcomes() {
        int n = 40;
        List<String> texts = new ArrayList<>();
        float[][] embeddings = new float[n][8];
        double[][] score = new double[n][];
        double[][] cost = new double[n][];
        for (int q = 0; q < n; q++) {
            texts.add("question " + q);
            embeddings[q][q % 8] = 1;
            score[q] = new double[] {q % 4 == 0 ? 1 : 0, 1};
            cost[q] = new double[] {0.001, 0.001};
        }
        return new TrainingSet(
                List.of("verse", "prose"), texts, Collections.nCopies(n, "writing"), embeddings, score, cost, cost);
    }

    private static String best(Router router, String question) {
        return router
                .predict(Query.of(question), new QueryFeatures(new float[] {1, 0, 0, 0, 0, 0, 0, 0}, ENCODER), MODELS)
                .stream()
                .max(Comparator.comparingDouble(Prediction::quality))
                .orElseThrow()
                .model()
                .value();
    }

    @Test
    void oneThatCanIsHeldToTheForm() {
        holds = true;
        Router router = consulted().fit(outcomes(), 0);
        assertThat(best(router, "A sonnet, please.")).isEqualTo("verse");
        assertThat(asked.getLast()).contains("\"type\":\"json_schema\"", "\"enum\":[\"verse\",\"prose\",\"oos\"]");
    }

    @Test
    void itsAdviceIsFollowedAndWithoutAnyTheGraphDecides() {
        Consulted consulted = consulted();
        Router router = consulted.fit(outcomes(), 0);
        assertThat(best(router, "A sonnet, please.")).isEqualTo("verse");
        assertThat(best(router, "A letter, please.")).isEqualTo("prose");
        assertThat(best(router, "A broken sonnet.")).isEqualTo("prose");
        assertThat(consulted.source())
                .contains("asking wise: advice on 1 of 3 questions")
                .doesNotContain("secret");
        assertThat(asked.get(2))
                .startsWith("Bearer secret ")
                .contains("\"model\":\"wise\"", "\"temperature\":0", "USER: A sonnet, please.")
                .contains("<ID>prose</ID><Description>answers 100 % of all questions well");
    }

    @Test
    void oneThatDoesNotAnswerAtAllIsRefusedBeforehand() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v2";
        assertThatThrownBy(() -> ChatEndpoint.checked(url, "wise", "secret"))
                .hasMessageContainingAll("--adviser " + url, "--adviser-model wise", "404", "leave both options out")
                .hasMessageNotContaining("secret");
    }
}
