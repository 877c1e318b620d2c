package dev.inferencestore.api.openapi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The check that all other tests rely on sees what is not described. */
class DescribedTest {
    private static final String LIMIT = "/api/v1/projects/p/retention-limit";
    private static final String SET = """
            {"project_id": "p", "maximum_record_age": 720, "maximum_blob_age": 72, "version": 1,
             "created_at": "2026-11-22T12:00:00Z", "updated_at": "2026-11-22T12:00:00Z"}""";

    private static Described described;

    @BeforeAll
    static void read() {
        try (PolicyApi api = PolicyApi.start(TestServers.newStore().settings(false))) {
            described = new Described(Document.of("http://127.0.0.1:" + api.port()));
        }
    }

    @Test
    void itSeesWhatIsNotDescribed() {
        described.check("GET", LIMIT, "", answer(200, "application/json", SET, "ETag", "\"1\""));
        refused(
                        "GET",
                        LIMIT,
                        answer(200, "application/json", SET.replace("\"version\"", "\"revision\""), "ETag", "\"1\""))
                .hasMessageContaining("required property 'version' not found")
                .hasMessageContaining("'revision'");
        refused("GET", LIMIT, answer(200, "application/json", SET.replace("720", "\"720\""), "ETag", "\"1\""))
                .hasMessageContaining("/maximum_record_age string found, number expected");
        refused("GET", LIMIT, answer(200, "application/json", SET.replace("12:00:00Z", "noon"), "ETag", "\"1\""))
                .hasMessageContaining("date-time");
        refused("GET", LIMIT, answer(200, "application/json", SET)).hasMessageContaining("the header ETag is missing");
        refused("GET", LIMIT, answer(200, "application/json", SET, "ETag", "\"1\"", "Location", "/"))
                .hasMessageContaining("the header location is not described");
        refused("GET", LIMIT, answer(201, "application/json", SET, "ETag", "\"1\""))
                .hasMessageContaining("the status is not described");
        refused("GET", LIMIT, answer(200, "text/plain", "x", "ETag", "\"1\""))
                .hasMessageContaining("the content type 'text/plain' is not described");
        refused("GET", LIMIT, answer(404, "application/problem+json", problem("unknown-task")))
                .hasMessageContaining("/type does not have a value in the enumeration");
        described.check("GET", LIMIT, "", answer(404, "application/problem+json", problem("no-setting")));
        refused("GET", "/api/v2/x", answer(200, "application/json", "{}"))
                .hasMessageContaining("no call GET /api/v2/x");
    }

    private static AbstractThrowableAssert<?, ?> refused(String method, String path, Received answer) {
        return assertThatThrownBy(() -> described.check(method, path, "", answer))
                .isInstanceOf(AssertionError.class);
    }

    private static String problem(String kind) {
        return "{\"type\": \"urn:inference-store:problem:" + kind
                + "\", \"title\": \"t\", \"status\": 404, \"detail\": \"d\", \"instance\": \"/\", \"request_id\": \"1\"}";
    }

    private static Received answer(int status, String type, String body, String... headers) {
        Map<String, List<String>> all = new TreeMap<>(Map.of("content-type", List.of(type)));
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i].toLowerCase(Locale.ROOT), List.of(headers[i + 1]));
        }
        return new Received(status, all, body);
    }
}
