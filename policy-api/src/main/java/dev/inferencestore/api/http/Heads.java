package dev.inferencestore.api.http;

import io.javalin.config.JavalinConfig;
import io.javalin.event.HandlerMetaInfo;
import io.javalin.http.HandlerType;
import io.javalin.security.RouteRole;

/**
 * Answers HEAD as GET, without its body, which the server leaves out. By default its library answers 200 to every HEAD
 * that has a GET, without asking whether there is anything, or whether the caller may know.
 */
public final class Heads {
    private Heads() {}

    /** To be done before any route is added. */
    public static void addTo(JavalinConfig server) {
        server.events.handlerAdded(route -> add(server, route));
    }

    private static void add(JavalinConfig server, HandlerMetaInfo route) {
        if (route.getHttpMethod().equals(HandlerType.GET)) {
            server.routes.head(
                    route.getPath(), route.getHandler(), route.getRoles().toArray(RouteRole[]::new));
        }
    }
}
