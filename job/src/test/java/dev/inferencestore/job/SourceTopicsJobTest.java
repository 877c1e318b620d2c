package dev.inferencestore.job;

import static dev.inferencestore.job.Events.inference;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job, on a real Kafka whose topics come, go and are forbidden under it. */
class SourceTopicsJobTest {
    private static final String[] QUICKLY = {"--kafka.partition-discovery", "1s"};

    private static KafkaTopics kafka;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        kafka = new KafkaTopics();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void aTopicThatIsNamedWhileTheJobRunsIsReadFromThenOnAndOneThatIsMadeLaterToo() throws Exception {
        try (Store store = new Store(folder, QUICKLY)) {
            store.register("on", true);
            store.start();
            store.send(inference("on", "main", "x"));
            store.awaitNumber("SELECT count(*) FROM inferences", 1);
            String started = started(store);

            String there = kafka.created(2);
            String later = KafkaTopics.name();
            long yesterday = System.currentTimeMillis() - Duration.ofDays(1).toMillis();
            store.send(there, 0, yesterday, inference("named", "history", "x"));
            store.register("named", true, List.of(there, later));
            store.send(there, 0, null, inference("named", "a", "x"));
            store.send(there, 1, null, inference("named", "b", "x"));
            awaitIds(store, "a,b");
            awaitState(store, there, "reading");
            awaitState(store, later, "missing");

            kafka.created(later, 1);
            store.send(later, 0, null, inference("named", "c", "x"));
            awaitIds(store, "a,b,c");
            awaitState(store, later, "reading");
            Store.await(
                    "all events counted", () -> store.totals("route").equals(Map.of("accepted", 4L, "inferences", 4L)));
            assertThat(started(store)).as("no restart").isEqualTo(started);
        }
    }

    @Test
    void topicsThatAreDeletedOrForbiddenWhileTheyAreReadHoldUpNobodyAndAreReadOnAfterwards() throws Exception {
        try (Store store = new Store(folder, QUICKLY)) {
            String deleted = kafka.created(2);
            String forbidden = kafka.created(1);
            store.register("on", true);
            store.register("named", true, List.of(deleted, forbidden));
            store.start();
            store.send(deleted, 0, null, inference("named", "a", "x"));
            store.send(deleted, 0, null, inference("named", "b", "x"));
            store.send(forbidden, 0, null, inference("named", "c", "x"));
            awaitIds(store, "a,b,c");
            String started = started(store);

            kafka.delete(deleted);
            kafka.allowOnly(forbidden, AclOperation.DESCRIBE, AclOperation.WRITE);
            awaitState(store, deleted, "missing");
            awaitState(store, forbidden, "forbidden");
            store.send(forbidden, 0, null, inference("named", "d", "x"));
            store.send(inference("on", "main", "x"));
            store.awaitNumber("SELECT count(*) FROM inferences WHERE model_id = 'on'", 1);
            awaitIds(store, "a,b,c");

            kafka.created(deleted, 1);
            store.send(deleted, 0, null, inference("named", "e", "x"));
            kafka.allowAll(forbidden, AclOperation.DESCRIBE, AclOperation.WRITE);
            awaitIds(store, "a,b,c,d,e");
            assertThat(started(store)).as("no restart").isEqualTo(started);
            Store.await(
                    "all events counted", () -> store.totals("route").equals(Map.of("accepted", 6L, "inferences", 6L)));
        }
    }

    @Test
    void aTopicThatIsMadeAnewUnderTheReaderIsReadFromItsBeginning() throws Exception {
        try (Store store = new Store(folder, QUICKLY)) {
            String topic = kafka.created(1);
            store.register("named", true, List.of(topic));
            store.start();
            store.send(topic, 0, null, inference("named", "a", "x"));
            awaitIds(store, "a");
            String started = started(store);

            // Made anew at once, so that no look finds it gone, and longer than what was read of the old one.
            kafka.delete(topic);
            kafka.created(topic, 1);
            for (String id : List.of("b", "c", "d")) {
                store.send(topic, 0, null, inference("named", id, "x"));
            }
            awaitIds(store, "a,b,c,d");

            // And shorter, so that the next offset is none.
            kafka.delete(topic);
            kafka.created(topic, 1);
            store.send(topic, 0, null, inference("named", "e", "x"));
            awaitIds(store, "a,b,c,d,e");
            assertThat(started(store)).as("no restart").isEqualTo(started);
        }
    }

    @Test
    void aSavepointWithATopicThatIsGoneIsRestored() throws Exception {
        try (Store store = new Store(folder, QUICKLY)) {
            String gone = kafka.created(1);
            String unregistered = kafka.created(1);
            store.register("on", true);
            store.register("named", true, List.of(gone, unregistered));
            store.start();
            store.send(gone, 0, null, inference("named", "a", "x"));
            store.send(unregistered, 0, null, inference("named", "b", "x"));
            awaitIds(store, "a,b");
            String savepoint = store.stop(folder);

            kafka.delete(gone);
            store.register("named", true, List.of(gone));
            store.start(savepoint);
            store.send(inference("on", "main", "x"));
            store.awaitNumber("SELECT count(*) FROM inferences WHERE model_id = 'on'", 1);
            awaitState(store, gone, "missing");

            kafka.created(gone, 1);
            store.send(gone, 0, null, inference("named", "c", "x"));
            awaitIds(store, "a,b,c");
            store.send(unregistered, 0, null, inference("named", "not read", "x"));
            store.send(gone, 0, null, inference("named", "d", "x"));
            awaitIds(store, "a,b,c,d");
        }
    }

    @Test
    void theLargestEventIsReadThoughItIsLargerThanAFetch() throws Exception {
        try (Store store = new Store(folder, QUICKLY)) {
            store.register("on", true);
            store.start();
            store.send(inference("on", "large", "x".repeat((33 << 20) - 1000)));
            store.send(inference("on", "small", "x"));
            Store.await(
                    "both are counted",
                    () -> store.totals("route").values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum()
                            >= 2);
            store.awaitNumber("SELECT count(*) FROM inferences WHERE inference_id = 'small'", 1);
        }
    }

    private static void awaitIds(Store store, String ids) throws Exception {
        Store.await(
                "inferences " + ids,
                () -> ids.equals(store.text("SELECT string_agg(inference_id, ',' ORDER BY inference_id)"
                        + " FROM inferences WHERE model_id = 'named'")));
    }

    private static void awaitState(Store store, String topic, String state) throws Exception {
        Store.await(
                topic + " to be " + state,
                () -> state.equals(store.text("SELECT state FROM source_topics WHERE topic = '" + topic + "'")));
    }

    /** When the tasks of the job began; another time after a restart. */
    private static String started(Store store) throws Exception {
        return store.text("SELECT string_agg(started_at::text, ',' ORDER BY role, subtask) FROM router_progress"
                + " WHERE role = 'route'");
    }
}
