package dev.inferencestore.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls of the HTTP API. Paths follow {@code /api/v1/}; bodies are JSON, or empty for none. Safe for several threads. */
public final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String root;

    public Api(LocalRun store) {
        root = store.api() + "/api/v1/";
    }

    /** What a call answers; an answer that is empty is a missing node. */
    public record Answer(int status, JsonNode body) {}

    /** Calls, whatever the answer. */
    public Answer send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    }

    /**
     * Calls and answers the body.
     *
     * @throws IOException when the status is not 2xx, with what the API says
     */
    public JsonNode require(String method, String path, String body) throws IOException, InterruptedException {
        Answer answer = send(method, path, body);
        if (answer.status() / 100 != 2) {
            throw new IOException(method + " " + root + path + " answers " + answer.status() + ": " + answer.body());
        }
        return answer.body();
    }
}
