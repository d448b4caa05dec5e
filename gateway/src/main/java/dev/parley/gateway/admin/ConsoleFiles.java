package dev.parley.gateway.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The console's files, read once from the jar. They hold no secrets, so they need no key. */
final class ConsoleFiles {
    private static final String FOLDER = "/dev/parley/gateway/console/";
    private static final String INDEX = "index.html";
    private static final List<String> NAMES = List.of(
            INDEX,
            "style.css",
            "app.js",
            "api.js",
            "dom.js",
            "format.js",
            "live.js",
            "decision.js",
            "try.js",
            "pareto.js",
            "graph.js",
            "fleet.js",
            "experiments.js",
            "icon.svg");
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, Page> pages =
            NAMES.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), ConsoleFiles::load));

    /** {@code /console/NAME}; {@code /console/} is the page itself. */
    void serve(RoutingContext context) {
        String path = context.request().path();
        if (path.equals("/console")) {
            context.redirect("/console/");
            return;
        }
        String name = path.substring(path.indexOf('/', 1) + 1);
        Page page = pages.get(name.isEmpty() ? INDEX : name);
        if (page == null) {
            Answers.fail(context, 404, "the console has no such file");
            return;
        }
        HttpServerResponse response = context.response()
                .putHeader("etag", page.etag())
                .putHeader("cache-control", "no-cache")
                .putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer");
        String known = Optional.ofNullable(context.request().getHeader("if-none-match"))
                .orElse("");
        if (known.equals(page.etag())) {
            response.setStatusCode(304).end();
        } else {
            response.putHeader("content-type", page.type()).end(page.body());
        }
    }

    private static Page load(String name) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the console's file " + name + " is not in the jar");
            }
            byte[] bytes = in.readAllBytes();
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes);
            String etag = '"' + HexFormat.of().formatHex(sha, 0, 8) + '"';
            return new Page(Buffer.buffer(bytes), type(name), etag);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> "text/javascript; charset=utf-8";
        };
    }

    private record Page(Buffer body, String type, String etag) {}
}
