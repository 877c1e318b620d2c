package dev.inferencestore.api.openapi;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer.
 *
 * @param headers by their names in lower case
 */
record Received(int status, Map<String, List<String>> headers, String body) {
    static Received of(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return new Received(answer.statusCode(), headers, answer.body());
    }

    /** The first of that name, or nothing. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of("")).get(0);
    }

    /** Its content type without parameters. */
    String type() {
        return header("content-type").split(";", 2)[0];
    }
}
