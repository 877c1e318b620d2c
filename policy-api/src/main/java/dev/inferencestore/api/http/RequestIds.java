package dev.inferencestore.api.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * By which a call is found in logs: the id that the caller gives it with {@code X-Request-Id}, or one made here, which every
 * answer has; and the trace it is part of, where {@code traceparent} says so (W3C Trace Context).
 */
public final class RequestIds {
    /** Of the header, in calls and in answers. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = "request-id";
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@+/=-]{0,127}");
    private static final Pattern TRACE =
            Pattern.compile("(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-[0-9a-f]{2}(-.*)?");

    private RequestIds() {}

    /** Must come before whatever may log or answer. */
    public static void addTo(JavalinConfig server) {
        server.routes.before(call -> {
            String id = sane(call.header(HEADER));
            call.attribute(ATTRIBUTE, id);
            call.header(HEADER, id);
            // Threads are used again, so what was there of another call is taken away.
            MDC.setContextMap(fields(call));
        });
    }

    /** The id of a call. */
    public static String of(Context call) {
        String id = call.attribute(ATTRIBUTE);
        return id == null ? "" : id;
    }

    /** What every line of a call's log has. */
    public static Map<String, String> fields(Context call) {
        List<String> trace = trace(call.header("traceparent"));
        return trace.isEmpty()
                ? Map.of("request_id", of(call))
                : Map.of("request_id", of(call), "trace_id", trace.get(0), "span_id", trace.get(1));
    }

    /** The caller's id where it is one that logs and answers can bear; else another. */
    static String sane(@Nullable String given) {
        return given != null && SANE.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }

    /** Whether a header is a trace context that can be passed on. */
    public static boolean isTrace(@Nullable String traceParent) {
        return !trace(traceParent).isEmpty();
    }

    private static List<String> trace(@Nullable String traceParent) {
        if (traceParent == null) {
            return List.of();
        }
        Matcher parts = TRACE.matcher(traceParent);
        return parts.matches() ? List.of(parts.group(1), parts.group(2)) : List.of();
    }
}
