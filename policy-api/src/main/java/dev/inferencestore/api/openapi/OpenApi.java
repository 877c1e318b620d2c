package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Json;
import io.javalin.config.JavalinConfig;
import io.javalin.event.HandlerMetaInfo;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The description of the API at {@code /openapi.json}: what is written in the files of its {@link Areas}, with the role
 * that each route asks for and the errors that follow from it.
 */
public final class OpenApi {
    private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");

    private final Map<String, Role> roles = new ConcurrentHashMap<>();
    private @Nullable ObjectNode document;

    /** Adds the call; to be done before any other route is added, since it takes note of their roles. */
    public void addTo(JavalinConfig server) {
        server.events.handlerAdded(this::remember);
        server.routes.get("/openapi.json", this::show, Role.ANYONE);
    }

    private void remember(HandlerMetaInfo route) {
        route.getRoles().stream()
                .filter(Role.class::isInstance)
                .map(Role.class::cast)
                .forEach(role -> roles.put(route.getHttpMethod().name() + " " + route.getPath(), role));
    }

    private void show(Context call) {
        Json.answer(call, 200, document());
    }

    /** Made when it is first asked for: most processes are never asked, and reading takes a moment. */
    private synchronized ObjectNode document() {
        if (document == null) {
            document = make();
        }
        return document;
    }

    private ObjectNode make() {
        ObjectNode made = Areas.read();
        Problems problems = new Problems(made);
        made.path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode call = path.getValue().path(method);
                    if (call instanceof ObjectNode described) {
                        Role role = roles.get(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                        if (role != null) {
                            askFor(described, role);
                        }
                        problems.addTo(path.getKey(), described, role == null ? Role.ANYONE : role);
                    }
                }));
        return made;
    }

    private static void askFor(ObjectNode call, Role role) {
        call.put("x-role", role.text());
        if (role == Role.ANYONE) {
            call.putArray("security");
            return;
        }
        String said = call.path("description").asText().strip();
        call.put("description", said + (said.isEmpty() ? "" : "\n\n") + "Asks for the role `" + role.text() + "`.");
    }
}
