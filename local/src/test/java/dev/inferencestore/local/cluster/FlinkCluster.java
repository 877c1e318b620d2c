package dev.inferencestore.local.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.servers.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A standalone Flink cluster: JobManager and TaskManager as processes of their own, with Flink on their class path and
 * nothing of the project, as an existing cluster would be.
 */
final class FlinkCluster implements AutoCloseable {
    /** Those of the live job, and as many for a job beside it. */
    private static final int SLOTS = 4;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] NOT_FLINK = {
        "dev/inferencestore",
        "/domain/",
        "/storage/",
        "/job/",
        "/policy-api/",
        "/local/",
        "/servers/",
        "flink-connector-base",
        "flink-connector-kafka",
        "flink-connector-jdbc",
        "awssdk",
        "/kafka",
        "postgresql",
        "jdbi",
        "flyway",
        "/com/fasterxml/",
        "/tools/jackson/",
        "cloudevents",
        "hikari",
        "HikariCP",
        "javalin",
        "jetty",
        "s3proxy",
        "kotlin"
    };

    private final Path folder;
    private final int rest = FreePorts.next();
    private final int rpc = FreePorts.next();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();
    private Process taskManager;

    FlinkCluster(Path folder) throws Exception {
        this.folder = folder;
        Files.createDirectories(folder.resolve("conf"));
        Files.writeString(
                folder.resolve("conf/config.yaml"),
                configuration().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        Files.writeString(folder.resolve("conf/log4j2.properties"), """
                        appender.f.type=File
                        appender.f.name=f
                        appender.f.fileName=${sys:log.file}
                        appender.f.layout.type=PatternLayout
                        appender.f.layout.pattern=%d %-5p %c{1} %m%n
                        rootLogger.level=info
                        rootLogger.appenderRef.f.ref=f
                        """);
        launch("jobmanager", "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
        startTaskManager();
    }

    /**
     * Submits a jar as {@code flink run} does.
     *
     * @param entryClass null for the one that the jar names
     */
    String run(Path jar, @Nullable String entryClass, List<String> arguments) throws Exception {
        String id = upload(jar);
        ObjectMapper json = new ObjectMapper();
        Map<String, Object> wanted = new HashMap<>(Map.of("programArgsList", arguments, "parallelism", 2));
        if (entryClass != null) {
            wanted.put("entryClass", entryClass);
        }
        String body = json.writeValueAsString(wanted);
        await(
                "the cluster to answer",
                () -> get("/overview").path("slots-total").asInt() == SLOTS);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri("/jars/" + id + "/run"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("the jar was not run: " + answer.body());
        }
        return JSON.readTree(answer.body()).path("jobid").asText();
    }

    /** How many checkpoints a job has completed. */
    int checkpoints(String job) throws Exception {
        return get("/jobs/" + job + "/checkpoints")
                .path("counts")
                .path("completed")
                .asInt();
    }

    /** The names of all metrics of a job's tasks, each behind its subtask and operator. */
    String metrics(String job) throws Exception {
        StringBuilder names = new StringBuilder();
        for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
            String path = "/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/metrics";
            get(path).forEach(metric -> names.append(metric.path("id").asText()).append('\n'));
        }
        return names.toString();
    }

    void awaitRunning(String job) throws Exception {
        await("all tasks of the job to run", () -> {
            JsonNode vertices = get("/jobs/" + job).path("vertices");
            for (JsonNode vertex : vertices) {
                if (!vertex.path("status").asText().equals("RUNNING")) {
                    return false;
                }
            }
            return !vertices.isEmpty();
        });
    }

    /** Ends the TaskManager without giving it time to do anything. */
    void killTaskManager() throws InterruptedException {
        taskManager.destroyForcibly();
        taskManager.waitFor();
    }

    void startTaskManager() throws IOException {
        taskManager =
                launch("taskmanager-" + processes.size(), "org.apache.flink.runtime.taskexecutor.TaskManagerRunner");
    }

    /** The end of all logs, for the message of a failing test. */
    String logs() throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".log")).toList()) {
                List<String> lines = Files.readAllLines(file);
                text.append(file.getFileName()).append('\n');
                lines.subList(Math.max(0, lines.size() - 60), lines.size())
                        .forEach(line -> text.append(line).append('\n'));
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws Exception {
        for (Process process : processes) {
            process.destroy();
        }
        for (Process process : processes) {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private Process launch(String name, String main) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:MaxDirectMemorySize=512m",
                "-Dlog.file=" + folder.resolve(name + ".log"),
                "-Dlog4j2.configurationFile=" + folder.resolve("conf/log4j2.properties")));
        for (String opened : List.of(
                "lang",
                "lang.reflect",
                "io",
                "net",
                "nio",
                "text",
                "time",
                "util",
                "util.concurrent",
                "util.concurrent.atomic",
                "util.concurrent.locks")) {
            command.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-cp", classPath(), main, "--configDir", folder.resolve("conf").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .start();
        processes.add(process);
        return process;
    }

    private Map<String, String> configuration() {
        return Map.ofEntries(
                Map.entry("jobmanager.rpc.address", "127.0.0.1"),
                Map.entry("jobmanager.rpc.port", String.valueOf(rpc)),
                Map.entry("jobmanager.bind-host", "127.0.0.1"),
                Map.entry("rest.address", "127.0.0.1"),
                Map.entry("rest.bind-address", "127.0.0.1"),
                Map.entry("rest.port", String.valueOf(rest)),
                Map.entry("taskmanager.host", "127.0.0.1"),
                Map.entry("taskmanager.bind-host", "127.0.0.1"),
                Map.entry("taskmanager.numberOfTaskSlots", String.valueOf(SLOTS)),
                Map.entry("taskmanager.cpu.cores", "2"),
                Map.entry("taskmanager.memory.task.heap.size", "512m"),
                Map.entry("taskmanager.memory.task.off-heap.size", "64m"),
                Map.entry("taskmanager.memory.framework.heap.size", "128m"),
                Map.entry("taskmanager.memory.framework.off-heap.size", "128m"),
                Map.entry("taskmanager.memory.jvm-metaspace.size", "256m"),
                Map.entry("taskmanager.memory.jvm-overhead.min", "192m"),
                Map.entry("taskmanager.memory.jvm-overhead.max", "192m"),
                Map.entry("taskmanager.memory.managed.size", "16m"),
                Map.entry("taskmanager.memory.network.min", "64m"),
                Map.entry("taskmanager.memory.network.max", "64m"),
                Map.entry("heartbeat.timeout", "4000"),
                Map.entry("heartbeat.interval", "1000"),
                Map.entry("web.tmpdir", folder.resolve("web").toString()),
                Map.entry("io.tmp.dirs", folder.resolve("tmp").toString()),
                Map.entry(
                        "execution.checkpointing.dir",
                        folder.resolve("checkpoints").toUri().toString()),
                Map.entry("execution.checkpointing.interval", "1000"),
                Map.entry("restart-strategy.type", "fixed-delay"),
                Map.entry("restart-strategy.fixed-delay.attempts", "1000"),
                Map.entry("restart-strategy.fixed-delay.delay", "200 ms"));
    }

    private static String classPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Stream.of(all.split(File.pathSeparator))
                .filter(entry -> Stream.of(NOT_FLINK).noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private String upload(Path jar) throws Exception {
        await("the REST API", () -> get("/overview").has("slots-total"));
        String boundary = "jar-boundary";
        byte[] head = ("--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"job.jar\"\r\n"
                        + "Content-Type: application/x-java-archive\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(uri("/jars/upload"))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(head, Files.readAllBytes(jar), tail)))
                .build());
        String name = JSON.readTree(answer.body()).path("filename").asText();
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(send(HttpRequest.newBuilder(uri(path)).build()).body());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + rest + path);
    }

    void await(String what, Condition condition) throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(90));
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException notYet) {
                // The process is still starting.
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("waited for " + what + "\n" + logs());
            }
            Thread.onSpinWait();
        }
    }

    /** What is waited for. */
    interface Condition {
        boolean holds() throws Exception;
    }
}
