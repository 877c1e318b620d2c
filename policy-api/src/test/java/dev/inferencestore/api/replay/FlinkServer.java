package dev.inferencestore.api.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers as Flink's REST API does, and runs nothing: a job is as a test says it is. Recorded from Flink 2.3:
 * a job id that was submitted is refused from then on, whatever became of the job.
 */
public final class FlinkServer implements AutoCloseable {
    /** What a submission named. */
    record Submitted(String entryClass, List<String> arguments, String jobId) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    final List<Submitted> submitted = new CopyOnWriteArrayList<>();
    final List<String> uploads = new CopyOnWriteArrayList<>();
    final Map<String, String> jobs = new ConcurrentHashMap<>();
    final Map<String, String> traces = new ConcurrentHashMap<>();
    /** A trace that submissions are answered with; null where they are taken. */
    volatile @Nullable String refusal;
    /** A status that everything is answered with; 0 for what is right. */
    volatile int broken;

    private final HttpServer server;

    FlinkServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange call) throws IOException {
        byte[] body = call.getRequestBody().readAllBytes();
        String path = call.getRequestURI().getPath();
        if (broken > 0) {
            send(call, broken, "{}");
        } else if (path.equals("/jars")) {
            List<Map<String, String>> files = uploads.stream()
                    .map(name -> Map.of("id", "id_" + name, "name", name))
                    .toList();
            send(call, 200, JSON.writeValueAsString(Map.of("files", files)));
        } else if (path.equals("/jars/upload")) {
            String text = new String(body, StandardCharsets.ISO_8859_1);
            String name = text.replaceAll("(?s).*filename=\"([^\"]*)\".*", "$1");
            uploads.add(name);
            send(call, 200, "{\"filename\": \"/tmp/flink-web-upload/id_" + name + "\", \"status\": \"success\"}");
        } else if (path.startsWith("/jars/")) {
            run(call, path, JSON.readTree(body));
        } else if (path.startsWith("/jobs/")) {
            job(call, path.substring("/jobs/".length()));
        } else {
            send(call, 404, "{\"errors\": [\"Not found: " + path + "\"]}");
        }
    }

    private void run(HttpExchange call, String path, JsonNode request) throws IOException {
        String jobId = request.path("jobId").asText();
        List<String> arguments = new ArrayList<>();
        request.path("programArgsList").forEach(word -> arguments.add(word.asText()));
        String jar = path.substring("/jars/id_".length(), path.length() - "/run".length());
        if (refusal != null) {
            error(call, 500, refusal);
        } else if (!uploads.contains(jar)) {
            error(call, 404, "org.apache.flink.runtime.rest.handler.RestHandlerException: Jar file does not exist");
        } else if (jobs.putIfAbsent(jobId, "RUNNING") != null) {
            error(
                    call,
                    500,
                    "x\nCaused by: o.DuplicateApplicationSubmissionException: Application has already been submitted.");
        } else {
            submitted.add(new Submitted(request.path("entryClass").asText(), arguments, jobId));
            send(call, 200, "{\"jobid\": \"" + jobId + "\"}");
        }
    }

    private void job(HttpExchange call, String rest) throws IOException {
        String id = rest.split("/", 2)[0];
        String state = jobs.get(id);
        if (state == null) {
            error(call, 404, "org.apache.flink.runtime.rest.NotFoundException: Job " + id + " not found");
        } else if (call.getRequestMethod().equals("PATCH")) {
            jobs.replace(id, "RUNNING", "CANCELED");
            send(call, 202, "{}");
        } else if (rest.endsWith("/exceptions")) {
            String trace = traces.get(id);
            send(
                    call,
                    200,
                    JSON.writeValueAsString(Map.of(
                            "exceptionHistory",
                            Map.of("entries", trace == null ? List.of() : List.of(Map.of("stacktrace", trace))))));
        } else {
            send(call, 200, "{\"jid\": \"" + id + "\", \"state\": \"" + state + "\"}");
        }
    }

    private static void error(HttpExchange call, int status, String trace) throws IOException {
        send(call, status, JSON.writeValueAsString(Map.of("errors", List.of(trace))));
    }

    private static void send(HttpExchange call, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", "application/json");
        call.sendResponseHeaders(status, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }
}
