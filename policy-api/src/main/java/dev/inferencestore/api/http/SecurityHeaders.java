package dev.inferencestore.api.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** Headers of every answer, so that no browser makes more of it than it is. A page of its own may set others. */
public final class SecurityHeaders {
    /** What an answer that is not a page has, errors before any call is reached included. */
    static final Map<String, String> ALWAYS = always();

    private static final String A_YEAR = "max-age=31536000";

    private final boolean tls;

    /**
     * Headers.
     *
     * @param tls whether callers reach it by https: then they are told never to come otherwise
     */
    public SecurityHeaders(boolean tls) {
        this.tls = tls;
    }

    public void addTo(RoutesConfig routes) {
        routes.before(this::add);
    }

    private void add(Context call) {
        ALWAYS.forEach(call::header);
        if (call.path().startsWith("/api/")) {
            call.header("Cache-Control", "no-store");
        }
        if (tls) {
            call.header("Strict-Transport-Security", A_YEAR);
        }
    }

    private static Map<String, String> always() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        return headers;
    }
}
