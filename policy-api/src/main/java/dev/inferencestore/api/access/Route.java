package dev.inferencestore.api.access;

import io.javalin.Javalin;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import java.util.List;
import java.util.Set;

/**
 * A call that there is, and the role that it takes.
 *
 * @param path with its parameters in braces
 */
public record Route(String method, String path, Role role) {

    /**
     * Every route of a server.
     *
     * @throws IllegalStateException where one has not exactly one role
     */
    public static List<Route> all(Javalin server) {
        return server.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .map(Route::of)
                .toList();
    }

    private static Route of(Endpoint endpoint) {
        Roles named = endpoint.metadata(Roles.class);
        Set<?> roles = named == null ? Set.of() : named.getRoles();
        if (roles.size() != 1 || !(roles.iterator().next() instanceof Role role)) {
            throw new IllegalStateException(
                    endpoint.method.name() + " " + endpoint.path + " must name exactly one role, not " + roles);
        }
        return new Route(endpoint.method.name(), endpoint.path, role);
    }
}
