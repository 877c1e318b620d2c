package dev.inferencestore.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.storage.usage.Quotas;
import dev.inferencestore.storage.usage.UsageSampler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {
    private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");

    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;
    private static Jdbi jdbi;

    private final String project = "p-" + UUID.randomUUID();
    private final String model = "m-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false));
        client = new Client(api);
        jdbi = Jdbi.create(store.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void whatIsUsedIsShownNowAndHourByHour() {
        register(model, project);
        String other = register("m-" + UUID.randomUUID(), project);
        stored(model, 10, 5, 1000);
        sample(T0.plus(Duration.ofMinutes(17)));
        stored(model, 5, 5, 500);
        stored(other, 1, 1, 1);
        sample(T0.plus(Duration.ofHours(1)));
        stored(model, -15, -10, -1500);

        String range = "?start=2026-03-01T00:00:00Z&end=2026-03-02T00:00:00Z";
        Answer ofModel = client.get("/api/v1/models/" + model + "/usage" + range);
        Answer ofProject = client.get("/api/v1/projects/" + project + "/usage" + range);

        assertThat(ofModel.status()).isEqualTo(200);
        assertThat(ofModel.json().path("step").asText()).isEqualTo("hour");
        assertThat(ofModel.json().path("now").toString()).isEqualTo("{\"records\":0,\"inputs\":0,\"bytes\":0}");
        assertThat(ofModel.json().path("series").toString())
                .isEqualTo("[{\"at\":\"2026-03-01T10:00:00Z\",\"records\":10,\"inputs\":5,\"bytes\":1000},"
                        + "{\"at\":\"2026-03-01T11:00:00Z\",\"records\":15,\"inputs\":10,\"bytes\":1500}]");
        assertThat(ofProject.json().path("now").toString()).isEqualTo("{\"records\":1,\"inputs\":1,\"bytes\":1}");
        assertThat(ofProject.json().path("series").findValuesAsText("bytes")).containsExactly("1000", "1501");
        assertThat(client.get("/api/v1/projects/" + project + "/usage" + range + "&step=day")
                        .json()
                        .path("series")
                        .findValuesAsText("at"))
                .containsExactly("2026-03-01T11:00:00Z");
    }

    @Test
    void ofManyWhoTryOneSamplesAnHour() {
        register(model, project);
        stored(model, 1, 1, 1);
        Instant hour = Instant.parse("2026-05-01T10:59:59Z");
        List<CompletableFuture<Boolean>> tries = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> sampler().sample(hour)))
                .toList();
        long sampled =
                tries.stream().map(CompletableFuture::join).filter(did -> did).count();
        if (sampled == 0) {
            // Each saw another at it and that one found nothing to do: not possible, since one had the lock first.
            throw new AssertionError("nobody sampled");
        }
        assertThat(sampled).isEqualTo(1);
        assertThat(sampler().sample(hour)).isFalse();
        assertThat(count("model_usage", "model_id", model)).isEqualTo(1);
    }

    @Test
    void hoursBecomeDaysAndDaysAreForgotten() {
        register(model, project);
        stored(model, 1, 1, 1);
        Instant now = Instant.parse("2026-06-20T05:00:00Z");
        for (String at : List.of(
                "2026-06-16T05:00:00Z",
                "2026-06-17T01:00:00Z",
                "2026-06-17T23:00:00Z",
                "2026-06-18T01:00:00Z",
                "2026-06-18T05:00:00Z")) {
            sample(Instant.parse(at));
        }
        new UsageSampler(store.database(), Duration.ofDays(2), Duration.ofDays(3)).sample(now);

        assertThat(client.get("/api/v1/models/" + model + "/usage?start=2026-06-01T00:00:00Z&end=2026-06-21T00:00:00Z")
                        .json()
                        .path("series")
                        .findValuesAsText("at"))
                .containsExactly(
                        "2026-06-17T23:00:00Z", "2026-06-18T01:00:00Z", "2026-06-18T05:00:00Z", "2026-06-20T05:00:00Z");
        assertThat(count("project_usage", "project_id", project)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "step=minute|step must be one of day, hour",
                "start=2026-03-02T00:00:00Z&end=2026-03-01T00:00:00Z|start must be before end",
                "start=2025-01-01T00:00:00Z&end=2026-03-01T00:00:00Z|start must be at most 100 days before end",
                "limit=3|limit is not a parameter of this call"
            })
    void parametersThatBreakRulesAreNamed(String query, String rule) {
        Answer answer = client.get("/api/v1/projects/" + project + "/usage?" + query);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).startsWith(rule);
    }

    @Test
    void aModelThatNobodyKnowsHasNoUsageAndAProjectWithoutModelsUsesNothing() {
        assertThat(client.get("/api/v1/models/nobody/usage").status()).isEqualTo(404);
        assertThat(client.get("/api/v1/projects/" + project + "/usage")
                        .json()
                        .at("/now/records")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void aQuotaIsSetShownAndTakenAwayLikeOtherSettings() {
        String path = "/api/v1/projects/" + project + "/quota";
        assertThat(client.get(path).status()).isEqualTo(404);
        Answer created = client.put(path, "{\"records\": 10, \"bytes\": null}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("ETag")).isEqualTo("\"1\"");
        assertThat(created.json().path("bytes").isNull()).isTrue();
        assertThat(client.put(path, "{\"records\": 10}").header("ETag")).isEqualTo("\"1\"");
        assertThat(client.put(path, "{\"bytes\": 1e3}", "If-Match", "\"7\"").status())
                .isEqualTo(412);
        Answer replaced = client.put(path, "{\"bytes\": 1e3}", "If-Match", "\"1\"");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().path("bytes").asLong()).isEqualTo(1000);
        assertThat(client.delete(path, "If-Match", "\"1\"").status()).isEqualTo(412);
        assertThat(client.delete(path).json().path("version").asInt()).isEqualTo(2);
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(client.put(path, "{\"records\": 10}").header("ETag")).isEqualTo("\"4\"");
        assertThat(client.get("/api/v1/audit?project_id=" + project).json().findValuesAsText("action"))
                .containsExactly("quota.set", "quota.deleted", "quota.set", "quota.set");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|records or bytes must be given",
                "{\"records\": 0}|records must be a whole number",
                "{\"bytes\": 1.5}|bytes must be a whole number",
                "{\"bytes\": 1e999999999}|bytes must be a whole number",
                "{\"bytes\": 9223372036854775808}|bytes must be a whole number",
                "{\"bytes\": \"1\"}|bytes must be a number",
                "{\"inputs\": 1}|inputs is not a field"
            })
    void quotasThatBreakRulesAreRefused(String body, String rule) {
        Answer answer = client.put("/api/v1/projects/" + project + "/quota", body);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).contains(rule);
    }

    @Test
    void whoeverComesNearOrPassesAQuotaIsWarnedOnceEachTime() {
        register(model, project);
        client.put("/api/v1/projects/" + project + "/quota", "{\"records\": 100, \"bytes\": 1000}");
        stored(model, 79, 0, 0);
        check(1);
        assertThat(warnings()).isEqualTo("[]");
        stored(model, 1, 0, 0);
        check(2);
        check(3);
        stored(model, 0, 0, 2500);
        check(4);
        check(5);
        stored(model, 0, 0, -2500);
        check(6);
        stored(model, 20, 0, 0);
        check(7);

        assertThat(notices()).containsExactly("quota.warning", "quota.exceeded", "quota.exceeded");
        assertThat(warnings())
                .isEqualTo("[{\"of\":\"records\",\"used\":100,\"quota\":100,\"percent\":100,\"level\":100}]");
        assertThat(client.get("/api/v1/projects/" + project + "/retention")
                        .json()
                        .path("quota_warnings")
                        .toString())
                .isEqualTo(warnings());
        assertThat(client.get("/metrics").text())
                .containsPattern("inference_store_quota_projects\\{level=\"over\"} [1-9]");
    }

    @Test
    void anotherQuotaIsAnotherLineToPass() {
        register(model, project);
        String path = "/api/v1/projects/" + project + "/quota";
        client.put(path, "{\"records\": 10}");
        stored(model, 10, 0, 0);
        check(1);
        client.put(path, "{\"records\": 9}");
        check(1);
        client.put(path, "{\"records\": 1000}");
        check(1);
        assertThat(notices()).containsExactly("quota.exceeded", "quota.exceeded");
    }

    @Test
    void aProcessThatMaySamplesByItself() {
        TestServers.Store fresh = TestServers.newStore();
        try (PolicyApi sampling = PolicyApi.start(fresh.settings(false, "--usage.sampling", "true"))) {
            Jdbi own = Jdbi.create(fresh.database());
            Await.until(() -> own.withHandle(handle -> handle.createQuery("SELECT count(*) FROM usage_samples")
                            .mapTo(Integer.class)
                            .one())
                    == 1);
            assertThat(new Client(sampling).get("/healthz").status()).isEqualTo(200);
        }
    }

    private static UsageSampler sampler() {
        return new UsageSampler(store.database(), Duration.ofDays(3650), Duration.ofDays(3650));
    }

    private static void sample(Instant now) {
        assertThat(sampler().sample(now)).isTrue();
    }

    /** Looks at quotas in an hour of the future, so that none was looked at since. */
    private static void check(int hours) {
        new Quotas(store.database()).check(Instant.now().plus(Duration.ofHours(hours)));
    }

    private String warnings() {
        return client.get("/api/v1/projects/" + project + "/usage")
                .json()
                .path("warnings")
                .toString();
    }

    private List<String> notices() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT replace(event::json->>'type', 'dev.inferencestore.retention.', '') FROM retention_outbox
                        WHERE model_id = ? AND event::json->>'type' LIKE '%quota%' ORDER BY event_id""")
                .bind(0, "project:" + project)
                .mapTo(String.class)
                .list());
    }

    private static String register(String id, String project) {
        client.put("/api/v1/models/" + id, "{\"project_id\": \"" + project + "\", \"task_type\": \"t\"}");
        return id;
    }

    private static void stored(String model, int records, int inputs, int bytes) {
        jdbi.useHandle(handle -> handle.execute("""
                INSERT INTO model_hours AS m (model_id, hour, slot, records, inputs, bytes, oldest, newest)
                VALUES (?, date_trunc('hour', now()), 0, ?, ?, ?, now(), now())
                ON CONFLICT (model_id, hour, slot) DO UPDATE
                SET records = m.records + excluded.records, inputs = m.inputs + excluded.inputs,
                    bytes = m.bytes + excluded.bytes""", model, records, inputs, bytes));
    }

    private static int count(String table, String column, String id) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT count(*) FROM " + table + " WHERE " + column + " = '" + id + "'")
                        .mapTo(Integer.class)
                        .one());
    }
}
