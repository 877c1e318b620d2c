package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Client.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many callers at once: nobody is answered 500, and what they were answered is what happened. */
class ConcurrentCallsTest {
    private static final int CALLERS = 16;
    private static final int EACH = 6;

    private static RetentionApi api;

    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @AfterEach
    void end() {
        callers.shutdownNow();
    }

    @Test
    void ofManyWhoSetAPolicyTheLastVersionIsWhatStays() {
        String model = api.model();
        List<Answer> answers = atOnce(i -> api.setPolicy(model, policy(i)));

        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 201);
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        isLastOfItsVersions(model, answers);
    }

    @Test
    void ofManyWhoChangeWhatTheyReadOneAtATimeDoes() {
        String model = api.model();
        api.setPolicy(model, policy(CALLERS * EACH));
        List<Answer> answers = atOnce(i -> {
            String tag = api.client.get(model + "/retention-policy").header("ETag");
            return api.client.put(model + "/retention-policy", policy(i), "If-Match", tag);
        });

        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 412);
        List<Answer> done =
                answers.stream().filter(answer -> answer.status() == 200).toList();
        assertThat(done).isNotEmpty();
        // Each that went through found the version before its own: none was made over one that it had not seen.
        assertThat(done.stream().map(ConcurrentCallsTest::version).sorted())
                .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(2, done.size() + 1)
                        .boxed()
                        .toList());
        isLastOfItsVersions(model, done);
    }

    @Test
    void ofManyWhoRegisterOneModelOneRegistersIt() {
        String path = "/api/v1/models/m-" + UUID.randomUUID();
        List<Answer> answers = atOnce(
                i -> api.client.put(path, "{\"project_id\": \"p\", \"task_type\": \"t\", \"name\": \"" + i + "\"}"));

        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 201);
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().map(ConcurrentCallsTest::version).distinct())
                .hasSize(answers.size());
        Answer last = answers.stream()
                .max(Comparator.comparing(ConcurrentCallsTest::version))
                .orElseThrow();
        assertThat(api.client.get(path).json().path("name"))
                .isEqualTo(last.json().path("name"));
    }

    @Test
    void ofManyWhoRegisterWhatIsNotThereOneDoes() {
        String path = "/api/v1/models/m-" + UUID.randomUUID();
        List<Answer> answers = atOnce(
                i -> api.client.put(path, "{\"project_id\": \"p\", \"task_type\": \"t\"}", "If-None-Match", "*"));
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 412)).hasSize(answers.size() - 1);
    }

    @Test
    void storageIsAsTheLastOfManySwitchesSays() {
        String model = api.model();
        List<Answer> answers = atOnce(i -> api.client.put(model + "/storage", "{\"enabled\": " + (i % 2 == 0) + "}"));

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        Answer last = answers.stream()
                .max(Comparator.comparing(ConcurrentCallsTest::version))
                .orElseThrow();
        assertThat(api.client.get(model).json().at("/storage/enabled"))
                .isEqualTo(last.json().at("/storage/enabled"));
        assertThat(api.client.get(model).json().path("version").asLong()).isEqualTo(version(last));
    }

    @Test
    void ofManyTasksOneRunsAtATime() {
        String model = api.model();
        api.setPolicy(model, RetentionApi.MANUAL);
        List<Answer> answers = atOnce(i -> api.client.post(model + "/retention-tasks", "{\"dry_run\": true}"));

        assertThat(answers).allMatch(answer -> answer.status() == 202);
        String id = RetentionApi.id(model);
        List<String> tasks = api.texts(
                "SELECT task_id::text FROM retention_tasks WHERE model_id = '" + id + "' ORDER BY created_at");
        assertThat(tasks).hasSize(CALLERS * EACH);
        api.sql("UPDATE retention_tasks SET state = 'running' WHERE task_id = '" + tasks.get(0) + "'");
        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        api.sql("UPDATE retention_tasks SET state = 'running' WHERE task_id = '" + tasks.get(1) + "'"))
                .hasMessageContaining("retention_tasks_running");
    }

    @Test
    void settingsThatAreSetAndDeletedAtOnceEndInOneOfBoth() {
        String model = api.model();
        String project = "/api/v1/projects/p-" + UUID.randomUUID();
        List<Answer> answers = atOnce(i -> switch (i % 6) {
            case 0 -> api.setPolicy(model, policy(i));
            case 1 -> api.client.delete(model + "/retention-policy");
            case 2 -> api.client.post(model + "/retention-tasks", "{}");
            case 3 -> api.client.put(project + "/quota", "{\"records\": " + (i + 1) + "}");
            case 4 -> api.client.delete(project + "/quota");
            default ->
                api.client.put(
                        model + "/storage",
                        "{\"enabled\": " + ThreadLocalRandom.current().nextBoolean() + "}");
        });

        assertThat(answers).allMatch(answer -> List.of(200, 201, 202, 404).contains(answer.status()));
        assertThat(api.client.get(model + "/retention-policy").status()).isIn(200, 404);
        assertThat(api.client.get(project + "/quota").status()).isIn(200, 404);
    }

    @Test
    void modelsThatAreRegisteredAndUnregisteredAtOnceNeverFail() {
        String path = "/api/v1/models/m-" + UUID.randomUUID();
        List<Answer> answers = atOnce(i -> switch (i % 4) {
            case 0 -> api.client.delete(path);
            case 1 -> api.setPolicy(path, policy(i));
            case 2 -> api.client.put(path + "/storage", "{\"enabled\": true}");
            default -> api.register(path, "p");
        });
        assertThat(answers).allMatch(answer -> List.of(200, 201, 202, 404, 409).contains(answer.status()));
        assertThat(answers).anyMatch(answer -> answer.status() == 201);
    }

    /** What all callers were answered, each calling several times, all beginning together. */
    private List<Answer> atOnce(IntFunction<Answer> call) {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<List<Answer>>> each = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            int first = caller * EACH;
            each.add(callers.submit(() -> {
                go.await();
                List<Answer> answers = new ArrayList<>();
                for (int i = 0; i < EACH; i++) {
                    answers.add(call.apply(first + i));
                }
                return answers;
            }));
        }
        go.countDown();
        List<Answer> answers = new ArrayList<>();
        for (Future<List<Answer>> caller : each) {
            try {
                answers.addAll(caller.get());
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
        assertThat(answers).as("no 500").allMatch(answer -> answer.status() < 500);
        return answers;
    }

    /** No two changes have one version, none is lost, and what is there is that of the highest. */
    private static void isLastOfItsVersions(String model, List<Answer> done) {
        assertThat(done.stream().map(ConcurrentCallsTest::version).distinct()).hasSize(done.size());
        Answer last = done.stream()
                .max(Comparator.comparing(ConcurrentCallsTest::version))
                .orElseThrow();
        Answer now = api.client.get(model + "/retention-policy");
        assertThat(now.json().path("version")).isEqualTo(last.json().path("version"));
        assertThat(now.json().path("maximum_record_age")).isEqualTo(last.json().path("maximum_record_age"));
        assertThat(now.json().path("id")).isEqualTo(last.json().path("id"));
    }

    private static long version(Answer answer) {
        return answer.json().path("version").asLong();
    }

    /** Of each number another one. */
    private static String policy(int i) {
        return "{\"maximum_record_age\": %d, \"maximum_blob_age\": 1, \"delete_action\": \"soft\"}".formatted(i + 1);
    }
}
