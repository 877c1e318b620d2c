package dev.inferencestore.api.inference;

import dev.inferencestore.api.Client;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.storage.retention.RetentionStore;
import dev.inferencestore.storage.retention.Writer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** An API on a database and a bucket in which a job would have stored something. */
final class ReadingApi implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(12));
    final Client client;
    final RetentionStore store;
    final Writer writer;
    private final TestServers.Store servers = TestServers.newStore();
    private final PolicyApi api;

    private ReadingApi() {
        api = PolicyApi.start(servers.settings(false));
        client = new Client(api);
        store = new RetentionStore(servers.database(), servers.objects());
        writer = new Writer(store);
    }

    static ReadingApi start() {
        return new ReadingApi();
    }

    /** One more process on the same store, with other settings. */
    PolicyApi another(String... settings) {
        return PolicyApi.start(servers.settings(false, settings));
    }

    /** An event time: minutes after a full hour of half a day ago. */
    Instant at(int minutes) {
        return start.plus(Duration.ofMinutes(minutes));
    }

    static String path(String model) {
        return "/api/v1/models/" + model + "/inferences";
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + api.port() + path);
    }

    HttpResponse<byte[]> bytes(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
        return HTTP.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /** The entries of a tar that a POST answers, by name. */
    Map<String, byte[]> tar(String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<InputStream> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new AssertionError(
                    answer.statusCode() + " " + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        }
        return entries(answer.body());
    }

    static Map<String, byte[]> entries(InputStream body) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(body)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), tar.readAllBytes());
            }
        }
        return entries;
    }

    @Override
    public void close() {
        api.close();
        store.close();
    }
}
