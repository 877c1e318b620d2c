package dev.inferencestore.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.openapi.Described;
import dev.inferencestore.api.openapi.Document;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls an API over HTTP. Every answer must be such as the API's own description says. */
public final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static @Nullable Described described;

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

        /** What it says, but for what is of this call alone. */
        public String textOfAnyCall() {
            return response.body().replaceAll("\"request_id\":\"[^\"]*\"", "");
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
        return send("GET", path, "");
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
        return sendLater("PUT", path, body, withJson());
    }

    public CompletableFuture<Answer> deleteLater(String path) {
        return sendLater("DELETE", path, "");
    }

    /** Sends these headers only. */
    public Answer send(String method, String path, String body, String... headers) {
        try {
            return checked(
                    method, path, body, HTTP.send(request(method, path, body, headers), BodyHandlers.ofString()));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private CompletableFuture<Answer> sendLater(String method, String path, String body, String... headers) {
        return HTTP.sendAsync(request(method, path, body, headers), BodyHandlers.ofString())
                .thenApply(answer -> checked(method, path, body, answer));
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private Answer checked(String method, String path, String body, HttpResponse<String> answer) {
        described(root).check(method, path, body, answer);
        return new Answer(answer);
    }

    /** Read and compiled once: it is the same of all of them. */
    private static synchronized Described described(String root) {
        if (described == null) {
            described = new Described(Document.of(root));
        }
        return described;
    }

    private static String[] withJson(String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }
}
