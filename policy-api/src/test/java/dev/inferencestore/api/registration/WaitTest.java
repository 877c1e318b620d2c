package dev.inferencestore.api.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.SimulatedJob;
import dev.inferencestore.api.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitTest {
    private static final String MODEL = "{\"project_id\": \"p\", \"task_type\": \"t\"}";
    private static final String ON = "{\"enabled\": true}";
    private static final String OFF = "{\"enabled\": false}";

    private DataSource database;
    private PolicyApi api;
    private Client client;

    @BeforeEach
    void start() {
        TestServers.Store store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false));
        database = store.database();
        client = new Client(api);
        client.put("/api/v1/models/m", MODEL);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void withoutAJobTheTimeRunsOutAndTheAnswerSaysWhy() {
        Instant begin = Instant.now();

        Answer answer = client.put("/api/v1/models/m/storage?wait=PT0.3S", ON);

        assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/storage/enabled").asBoolean()).isTrue();
        assertThat(answer.json().at("/storage/in_effect").asBoolean()).isFalse();
        assertThat(answer.json().at("/storage/in_effect_reason").asText()).isEqualTo("no job is running");
    }

    @Test
    void theAnswerComesWhenTheLastSubtaskHasIt() {
        SimulatedJob job = new SimulatedJob(database, "job", 4).allRoute(1);
        CompletableFuture<Answer> call = client.putLater("/api/v1/models/m/storage?wait=PT60S", ON);
        long version = newVersion(true);
        job.routes(0, version).routes(1, version).routes(2, version);
        assertThat(reason()).isEqualTo("3 of 4 subtasks have it");
        assertThat(call).isNotDone();

        job.routes(3, version);

        Answer answer = call.join();
        assertThat(answer.json().at("/storage/in_effect").asBoolean()).isTrue();
        assertThat(answer.json().path("storage").has("in_effect_reason")).isFalse();
        assertThat(answer.json().path("version").asLong()).isEqualTo(version);
    }

    @Test
    void disablingIsInEffectOnlyOnceEveryWriterHasFlushed() {
        SimulatedJob job = new SimulatedJob(database, "job", 2);
        long enabled = client.put("/api/v1/models/m/storage", ON)
                .json()
                .path("version")
                .asLong();
        job.allRoute(enabled).allStore(enabled);
        CompletableFuture<Answer> call = client.putLater("/api/v1/models/m/storage?wait=PT60S", OFF);
        long version = newVersion(false);
        job.allRoute(version);
        assertThat(reason()).isEqualTo("0 of 2 writers have flushed since");
        assertThat(call).isNotDone();

        job.allStore(version + 5);

        assertThat(call.join().json().at("/storage/in_effect").asBoolean()).isTrue();
    }

    @Test
    void registeringWaitsTooAndCreatesStill() {
        new SimulatedJob(database, "job", 1).allRoute(Long.MAX_VALUE).allStore(Long.MAX_VALUE);

        Answer answer = client.put("/api/v1/models/n?wait=PT10S", MODEL);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().at("/storage/in_effect").asBoolean()).isTrue();
    }

    @Test
    void aSilentSubtaskAndAFormerJobDoNotCount() {
        long version = client.put("/api/v1/models/m/storage", ON)
                .json()
                .path("version")
                .asLong();
        new SimulatedJob(database, "former", 2).allRoute(version);
        SimulatedJob live =
                new SimulatedJob(database, "live", 2).routes(0, version).reports("route", 1, version, 6);
        assertThat(reason()).isEqualTo("1 of 2 subtasks have it");

        live.routes(1, version);

        assertThat(client.get("/api/v1/models/m")
                        .json()
                        .at("/storage/in_effect")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void manyCallersWhoWaitDoNotHoldUpOthers() {
        CompletableFuture<?>[] waiting = new CompletableFuture<?>[300];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = client.putLater("/api/v1/models/m?wait=PT60S", MODEL);
        }

        assertThat(client.get("/api/v1/models/m").status()).isEqualTo(200);

        new SimulatedJob(database, "job", 1).allRoute(Long.MAX_VALUE).allStore(Long.MAX_VALUE);
        CompletableFuture.allOf(waiting).join();
    }

    /** The version of the change once it is committed. */
    private long newVersion(boolean enabled) {
        Await.until(() ->
                client.get("/api/v1/models/m").json().at("/storage/enabled").asBoolean() == enabled);
        return client.get("/api/v1/models/m").json().path("version").asLong();
    }

    private String reason() {
        return client.get("/api/v1/models/m")
                .json()
                .at("/storage/in_effect_reason")
                .asText();
    }
}
