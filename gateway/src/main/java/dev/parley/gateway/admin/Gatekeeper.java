package dev.parley.gateway.admin;

import dev.parley.config.Secret;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Who may use {@code /admin}. With an admin key: who presents it. Without one: only pages of this server itself, so that a web page
 * elsewhere cannot reach through the operator's browser - neither by a form (bodies must be JSON, which browsers send to strangers
 * only after asking) nor by a host name pointed at us (the host must be an address or localhost).
 */
final class Gatekeeper {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]+]?");

    private final Supplier<Secret> key;

    Gatekeeper(Supplier<Secret> key) {
        this.key = key;
    }

    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        Secret wanted = key.get();
        if (wanted.isPresent() && !wanted.matches(presented(request))) {
            context.response().putHeader("www-authenticate", "Bearer");
            Answers.fail(context, 401, "send the admin key (server.admin.key) as 'Authorization: Bearer KEY'");
        } else if (!wanted.isPresent() && !near(request)) {
            Answers.fail(
                    context,
                    403,
                    "without an admin key, /admin answers only under an IP address or localhost: set server.admin.key");
        } else if (request.method().equals(HttpMethod.POST) && !json(request)) {
            Answers.fail(context, 415, "send the body as application/json");
        } else {
            context.next();
        }
    }

    private static String presented(HttpServerRequest request) {
        String bearer = Optional.ofNullable(request.getHeader("authorization")).orElse("");
        if (bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return bearer.substring(7).strip();
        }
        return Optional.ofNullable(request.getHeader("x-api-key")).orElse("");
    }

    private static boolean near(HttpServerRequest request) {
        String host =
                Optional.ofNullable(request.authority()).map(HostAndPort::host).orElse("localhost");
        return host.toLowerCase(Locale.ROOT).equals("localhost")
                || ADDRESS.matcher(host).matches();
    }

    private static boolean json(HttpServerRequest request) {
        String type = Optional.ofNullable(request.getHeader("content-type")).orElse("");
        return type.toLowerCase(Locale.ROOT).startsWith("application/json");
    }
}
