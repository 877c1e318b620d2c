package dev.inferencestore.local.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The calls of the HTTP API that the demo makes. */
final class ModelApi {
    private static final Duration LONGEST_CALL = Duration.ofSeconds(30);
    private static final double SECONDS_AN_HOUR = 3600;
    private static final double SECONDS_BETWEEN_RUNS = 30;
    private static final String IN_EFFECT = "?wait=PT10S";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LONGEST_CALL)
            .build();
    private final String base;

    ModelApi(String api) {
        base = api + "/api/v1/models/";
    }

    /** Registers the demo's models and sets their storage; with a job, waits until it knows. */
    void registerAll(boolean awaitJob) {
        for (DemoModel model : DemoModel.values()) {
            if (model.registered()) {
                put(
                        model.id(),
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("project_id", "demo")
                                .put("task_type", model.task())
                                .put("name", model.title()));
                switchStorage(model, model.stored(), false);
                setPolicy(model);
            }
        }
        // The same again changes nothing; its version is at least as new as the others'.
        switchStorage(DemoModel.NIGHT, DemoModel.NIGHT.stored(), awaitJob);
    }

    /** Switches a model's storage, and on wish returns when the job does as told. */
    void switchStorage(DemoModel model, boolean on, boolean awaitJob) {
        put(
                model.id() + "/storage" + (awaitJob ? IN_EFFECT : ""),
                JsonNodeFactory.instance.objectNode().put("enabled", on));
    }

    /** Runs every half minute, so that one sees what expires. */
    private void setPolicy(DemoModel model) {
        DemoModel.Keep keep = model.keep();
        if (keep == null) {
            return;
        }
        ObjectNode policy = JsonNodeFactory.instance
                .objectNode()
                .put("maximum_blob_age", keep.blobAge() / SECONDS_AN_HOUR)
                .put("delete_action", keep.action())
                .put("automated_interval", SECONDS_BETWEEN_RUNS / SECONDS_AN_HOUR);
        Integer recordAge = keep.recordAge();
        put(
                model.id() + "/retention-policy",
                recordAge == null ? policy : policy.put("maximum_record_age", recordAge / SECONDS_AN_HOUR));
    }

    private void put(String path, ObjectNode body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LONGEST_CALL)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(
                        "PUT " + path + " was answered " + answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PUT " + path + " was not answered.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted during PUT " + path + ".", e);
        }
    }
}
