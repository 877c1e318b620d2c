package dev.inferencestore.api.operations;

import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.RequestIds;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line a call, once it is answered. It has the route, not the path, and no query, header or body: ids, signatures and
 * tokens stay out of it. Probes and scrapes are said at level debug only, unless they fail.
 */
public final class AccessLog {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private AccessLog() {}

    public static void addTo(JavalinConfig server) {
        server.requestLogger.http(AccessLog::line);
    }

    private static void line(Context call, float millis) {
        String route = Metrics.route(call);
        int status = call.statusCode();
        boolean probe = route.equals("/healthz") || route.equals("/readyz") || route.equals("/metrics");
        LoggingEventBuilder line = LOG.atLevel(probe && status < 500 ? Level.DEBUG : Level.INFO)
                .addKeyValue("caller", Caller.of(call))
                .addKeyValue("method", Metrics.method(call))
                .addKeyValue("route", route)
                .addKeyValue("status", status)
                .addKeyValue("duration_ms", String.format(Locale.ROOT, "%.1f", millis));
        for (Map.Entry<String, String> field : RequestIds.fields(call).entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log("{} {} {}", Metrics.method(call), route, status);
        MDC.clear();
    }
}
