package dev.inferencestore.api.openapi;

import dev.inferencestore.api.openapi.Document.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * A request that is wrong in one way.
 *
 * @param kind what is wrong, for the count
 * @param field the field or parameter that the answer must name; empty where it is about none
 * @param statuses of which the answer must have one
 */
record Mistake(
        String kind,
        Operation call,
        String method,
        String target,
        List<String> headers,
        byte[] body,
        String field,
        Set<Integer> statuses) {

    private static final int MOST_SHOWN = 300;

    @Override
    public String toString() {
        String shown = new String(body, StandardCharsets.ISO_8859_1);
        return kind + ": " + method + " " + shorten(target) + " " + headers + " "
                + (body.length > MOST_SHOWN ? body.length + " bytes: " : "") + shorten(shown);
    }

    private static String shorten(String text) {
        return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
    }
}
