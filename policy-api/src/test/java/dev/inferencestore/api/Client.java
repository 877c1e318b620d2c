package dev.inferencestore.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/** Calls an API over HTTP. */
public final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String root;
    private final String token;

    /** What came back. */
    public record Answer(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String text() {
            return response.body();
        }

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException notJson) {
                throw new AssertionError("not JSON: " + response.body(), notJson);
            }
        }

        /** The rules that are broken, as {@code field rule}, one a line. */
        public String errors() {
            StringBuilder errors = new StringBuilder();
            json().path("errors")
                    .forEach(error -> errors.append(error.path("field").asText())
                            .append(' ')
                            .append(error.path("rule").asText())
                            .append('\n'));
            return errors.toString();
        }
    }

    public Client(PolicyApi api) {
        this(api.port());
    }

    public Client(int port) {
        this("http://127.0.0.1:" + port, "");
    }

    private Client(String root, String token) {
        this.root = root;
        this.token = token;
    }

    /** The same for somebody with a token. */
    public Client as(String other) {
        return new Client(root, other);
    }

    public Answer get(String path) {
        return send(request(path));
    }

    public Answer put(String path, String body, String... headers) {
        return send("PUT", path, body, withJson(headers));
    }

    public Answer post(String path, String body) {
        return send("POST", path, body, withJson());
    }

    /** Without a body. */
    public Answer delete(String path, String... headers) {
        return send("DELETE", path, "", headers);
    }

    public CompletableFuture<Answer> putLater(String path, String body) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .method("PUT", BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(Answer::new);
    }

    public CompletableFuture<Answer> deleteLater(String path) {
        HttpRequest request = request(path).DELETE().build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(Answer::new);
    }

    /** Sends these headers only. */
    public Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                request(path).method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String[] withJson(String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
