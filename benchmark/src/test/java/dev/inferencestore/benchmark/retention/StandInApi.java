package dev.inferencestore.benchmark.retention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.retention.Leases;
import dev.inferencestore.storage.retention.ModelVisit;
import dev.inferencestore.storage.retention.NewTask;
import dev.inferencestore.storage.retention.Planner;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.RetentionPolicies;
import dev.inferencestore.storage.retention.RetentionTasks;
import dev.inferencestore.storage.retention.RunListener;
import dev.inferencestore.storage.retention.RunSettings;
import dev.inferencestore.storage.segment.ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Answers the calls that the trial makes and does the job's part of runs at once, so that the trial itself can be tried. */
final class StandInApi implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACTOR = "trial";

    private final DataSource database;
    private final ObjectStore objects;
    private final RunListener listener;
    private final RetentionPolicies policies;
    private final RetentionTasks tasks;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    /** @param listener hears how runs get on */
    StandInApi(DataSource database, ObjectStore objects, RunListener listener) throws IOException {
        this.database = database;
        this.objects = objects;
        this.listener = listener;
        policies = new RetentionPolicies(database);
        tasks = new RetentionTasks(database);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/v1/models/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        String model = path[4];
        String call = exchange.getRequestMethod() + (path.length > 5 ? " " + path[5] : "");
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        switch (call) {
            case "GET" -> answer(exchange, 404, "{}");
            case "PUT" -> {
                new ModelRegistry(database)
                        .register(new Registration(model, "p", "t", null, List.of()), Precondition.none(), ACTOR);
                answer(exchange, 201, "{\"storage\":{\"in_effect\":true}}");
            }
            case "PUT storage" -> answer(exchange, 200, "{\"storage\":{\"in_effect\":true}}");
            case "PUT retention-policy" -> {
                var change = policies.put(model, terms(body), Precondition.none(), ACTOR);
                answer(exchange, 200, RetentionJson.policy(change.policy()).toString());
                new Planner(database, Duration.ofDays(7)).plan(List.of(model), System.currentTimeMillis() * 1000);
                work(model);
            }
            case "POST retention-tasks" -> {
                if (path.length > 6) {
                    tasks.restore(model, path[6], ACTOR);
                    answer(exchange, 200, "{}");
                } else {
                    String dryRun = body.path("dry_run_id").textValue();
                    var task =
                            tasks.create(model, new NewTask(body.path("dry_run").asBoolean(), null, dryRun), ACTOR);
                    answer(exchange, 202, RetentionJson.task(task).toString());
                    work(model);
                }
            }
            case "GET retention-tasks" ->
                answer(
                        exchange,
                        200,
                        RetentionJson.task(tasks.read(model, path[6])).toString());
            default -> answer(exchange, 405, "{}");
        }
    }

    private static PolicyTerms terms(JsonNode body) {
        return new PolicyTerms(
                Math.round(body.path("maximum_record_age").asDouble() * 3600),
                Math.round(body.path("maximum_blob_age").asDouble() * 3600),
                DeleteAction.of(body.path("delete_action").asText()),
                Math.round(body.path("automated_interval").asDouble() * 3600));
    }

    private void work(String model) {
        Leases leases = new Leases(UUID.randomUUID().toString(), Duration.ofSeconds(30));
        try (Handle handle = Jdbi.open(database)) {
            Leases.Lease lease = leases.take(handle, model).orElseThrow();
            RunSettings settings = new RunSettings(500, 5, 500, Duration.ofDays(7), Duration.ZERO);
            new ModelVisit(
                            handle,
                            leases,
                            lease,
                            objects,
                            new ClockWatch(Clock.systemUTC(), System::nanoTime),
                            settings,
                            listener)
                    .work();
            leases.release(handle, lease);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
