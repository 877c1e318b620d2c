package dev.inferencestore.api.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The part of Flink's REST API that replays need. Calls block; they throw {@link FlinkException}. */
final class FlinkRest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ASK = Duration.ofSeconds(10);
    /** Running a jar runs its main method, which reads the database. */
    private static final Duration RUN = Duration.ofMinutes(2);

    private static final Duration UPLOAD = Duration.ofMinutes(10);

    private final URI address;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    /** Of a cluster at an address without a slash at its end. */
    FlinkRest(URI address) {
        this.address = address;
    }

    /** The id of an uploaded jar of this file name. */
    Optional<String> uploaded(String name) {
        JsonNode files = expect(200, send(request("/jars", ASK).GET().build())).path("files");
        return StreamSupport.stream(files.spliterator(), false)
                .filter(file -> file.path("name").asText().equals(name))
                .map(file -> file.path("id").asText())
                .findFirst();
    }

    /**
     * Uploads a jar.
     *
     * @param name its file name there
     * @return its id
     */
    String upload(Path jar, String name) {
        String boundary = "part-" + UUID.randomUUID();
        HttpRequest upload;
        try {
            BodyPublisher body = BodyPublishers.concat(
                    BodyPublishers.ofString("--" + boundary
                            + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"" + name
                            + "\"\r\nContent-Type: application/x-java-archive\r\n\r\n"),
                    BodyPublishers.ofFile(jar),
                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
            upload = request("/jars/upload", UPLOAD)
                    .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                    .POST(body)
                    .build();
        } catch (FileNotFoundException gone) {
            throw FlinkException.refused("the job's jar cannot be read: " + gone.getMessage());
        }
        String path = expect(200, send(upload)).path("filename").asText();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Runs a jar.
     *
     * @param jobId the id that its job gets; refused where there is a job of this id
     */
    void run(String jarId, String entryClass, List<String> arguments, String jobId) {
        ObjectNode body = JSON.createObjectNode().put("entryClass", entryClass).put("jobId", jobId);
        arguments.forEach(body.putArray("programArgsList")::add);
        HttpResponse<String> answer = send(request("/jars/" + jarId + "/run", RUN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
        expect(200, answer);
    }

    /** What it knows of a job; empty where it knows of none. */
    Optional<FlinkJob> job(String jobId) {
        HttpResponse<String> answer = send(request("/jobs/" + jobId, ASK).GET().build());
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        String state = expect(200, answer).path("state").asText();
        return Optional.of(new FlinkJob(state, state.equals(FlinkJob.FAILED) ? cause(jobId) : null));
    }

    /** Cancels a job, where there is one that has not ended. */
    void cancel(String jobId) {
        HttpResponse<String> answer = send(request("/jobs/" + jobId + "?mode=cancel", ASK)
                .method("PATCH", BodyPublishers.noBody())
                .build());
        if (answer.statusCode() != 404 && answer.statusCode() != 409) {
            expect(202, answer);
        }
    }

    private String cause(String jobId) {
        HttpResponse<String> answer =
                send(request("/jobs/" + jobId + "/exceptions", ASK).GET().build());
        JsonNode newest =
                expect(200, answer).path("exceptionHistory").path("entries").path(0);
        String trace = newest.path("stacktrace").asText();
        return trace.isEmpty() ? "Flink does not say why" : RootCause.of(trace);
    }

    private HttpRequest.Builder request(String path, Duration patience) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(patience);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw FlinkException.unreachable(failure.getClass().getSimpleName());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw FlinkException.unreachable("the API is stopping");
        }
    }

    private static JsonNode expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() == 503 || answer.statusCode() == 504 || answer.statusCode() == 502) {
            throw FlinkException.unreachable("it answers " + answer.statusCode());
        }
        JsonNode body = json(answer.body());
        if (answer.statusCode() != status) {
            String errors = StreamSupport.stream(body.path("errors").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining("\n"));
            throw FlinkException.refused("Flink answers " + answer.statusCode() + ": "
                    + (errors.isEmpty() ? "it does not say why" : RootCause.of(errors)));
        }
        return body;
    }

    private static JsonNode json(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? JSON.createObjectNode() : json;
        } catch (JsonProcessingException notJson) {
            return JSON.createObjectNode();
        }
    }
}
