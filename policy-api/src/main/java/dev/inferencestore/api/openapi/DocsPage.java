package dev.inferencestore.api.openapi;

import dev.inferencestore.api.access.Role;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** A page to read and try the API at {@code /docs}: Swagger UI, from this process alone. */
public final class DocsPage {
    /** Nothing from elsewhere, nothing written into the page; pictures of the style sheet are data. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "page.css", "text/css; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8");

    private DocsPage() {}

    public static void addTo(RoutesConfig routes) {
        routes.get("/docs", call -> show(call, "index.html"), Role.ANYONE);
        routes.get("/docs/{file}", call -> show(call, call.pathParam("file")), Role.ANYONE);
    }

    private static void show(Context call, String file) {
        String type = TYPES.get(file);
        if (type == null) {
            throw new NotFoundResponse();
        }
        call.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                // Asked for again with the next version of this process, whose files go together.
                .header("Cache-Control", "no-cache")
                .contentType(type)
                .result(bytes(file));
    }

    private static byte[] bytes(String file) {
        try (InputStream bytes = DocsPage.class.getResourceAsStream("page/" + file)) {
            if (bytes == null) {
                throw new IllegalStateException(file + " is missing in this build");
            }
            return bytes.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(file, failure);
        }
    }
}
