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

/** Registers models through the HTTP API and waits until the job does as they say. */
public final class ModelsApi {
    private static final String WAIT = "?wait=PT20S";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String models;

    public ModelsApi(LocalRun store) {
        models = store.api() + "/api/v1/models/";
    }

    /**
     * Makes a model be registered with its storage on or off; changes nothing where it is so already.
     *
     * @return whether something was changed
     */
    public boolean ensure(String model, boolean enabled) throws IOException, InterruptedException {
        HttpResponse<String> found = send("GET", model, "");
        if (found.statusCode() == 200) {
            JsonNode storage = JSON.readTree(found.body()).path("storage");
            if (storage.path("enabled").asBoolean() == enabled
                    && storage.path("in_effect").asBoolean()) {
                return false;
            }
        } else if (found.statusCode() == 404) {
            put(model + WAIT, "{\"project_id\":\"trial\",\"task_type\":\"detection\"}");
        } else {
            throw refused("GET", model, found);
        }
        put(model + "/storage" + WAIT, "{\"enabled\":" + enabled + "}");
        return true;
    }

    private void put(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("PUT", path, body);
        if (answer.statusCode() / 100 != 2) {
            throw refused("PUT", path, answer);
        }
        if (!JSON.readTree(answer.body()).path("storage").path("in_effect").asBoolean()) {
            throw new IOException("PUT " + models + path + " is not in effect after 20 s: " + answer.body());
        }
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(models + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private IOException refused(String method, String path, HttpResponse<String> answer) {
        return new IOException(method + " " + models + path + " answers " + answer.statusCode() + ": " + answer.body());
    }
}
