package dev.inferencestore.job;

import static dev.inferencestore.job.Events.inference;
import static dev.inferencestore.job.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.retention.NewTask;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Re-emissions out of a real store. */
class ReEmitJobTest {
    @TempDir
    Path folder;

    @Test
    void whatIsStoredIsSentInItsOrderAsEventsThatSayWhereTheyComeFrom() throws Exception {
        try (Store store = new Store(folder);
                KafkaTopics topics = new KafkaTopics()) {
            store.register("m", true);
            store.send(half("request", "a", "2026-03-01T12:00:01Z", "text/csv", "1,2"));
            store.send(half("response", "a", "2026-03-01T12:00:03Z", "application/json", "{\"s\":1.10}"));
            store.send(inference("m", "b", "input b"));
            stored(store, 3);
            String topic = topics.created(1);

            Replaying sent = store.reEmit(Clock.systemUTC(), "--replay.model", "m", "--replay.topic", topic)
                    .ended();

            assertThat(sent.run().state()).isEqualTo(ReplayState.COMPLETE);
            assertThat(sent.counts()).isEqualTo(Map.of("sent", 3L));
            assertThat(sent.summary().done()).isEqualTo(3);
            assertThat(sent.summary().total()).isEqualTo(3);
            List<ConsumerRecord<byte[], byte[]>> records = Topics.records(topic);
            assertThat(records).extracting(record -> text(record.key())).containsExactly("b", "a", "a");
            assertThat(headers(records.get(1)))
                    .containsAllEntriesOf(Map.of(
                            "ce_type", "dev.inferencestore.inference.request",
                            "ce_id", "a",
                            "ce_time", "2026-03-01T12:00:01Z",
                            "ce_modelid", "m",
                            "ce_source", "/tests",
                            "ce_reemittedby", sent.id(),
                            "ce_action", "predict",
                            "ce_metadata", "{\"k\": 1}",
                            "content-type", "text/csv"));
            assertThat(text(records.get(1).value())).isEqualTo("1,2");
            assertThat(headers(records.get(2)))
                    .containsEntry("ce_type", "dev.inferencestore.inference.response")
                    .containsEntry("content-type", "application/json");
            assertThat(text(records.get(2).value())).isEqualTo("{\"s\":1.10}");
            assertThat(text(records.get(0).value()))
                    .isEqualTo("{\"inference_id\":\"b\",\"model_id\":\"m\",\"created_at\":\"2026-03-01T12:00:00Z\","
                            + "\"input\":{\"content_type\":\"text/plain; charset=utf-8\",\"data_base64\":"
                            + "\"aW5wdXQgYg==\"},\"output\":{\"s\":1.0}}");

            Replaying again = store.reEmit(Clock.systemUTC(), "--replay.model", "m", "--replay.topic", store.inferences)
                    .ended();
            assertThat(again.counts()).isEqualTo(Map.of("sent", 3L));
            assertThat(store.replay().ended().counts())
                    .as("what was sent out of the store is not stored as new traffic")
                    .containsEntry("turned_away.re_emitted", 3L)
                    .containsEntry("already_there", 3L)
                    .doesNotContainKey("inserted");
        }
    }

    @Test
    void anotherModelAndNewIdsJoinTheSameHalvesAndAPartIsSent() throws Exception {
        try (Store store = new Store(folder);
                KafkaTopics topics = new KafkaTopics()) {
            store.register("m", true);
            store.send(half("request", "a", "2026-03-01T12:00:01Z", "text/csv", "1,2"));
            store.send(half("response", "a", "2026-03-01T12:00:03Z", "text/csv", "3"));
            store.send(half("request", "b", "2026-03-01T12:00:04Z", "text/csv", "4"));
            store.send(half("request", "c", "2026-03-01T12:00:05Z", "text/csv", "5"));
            stored(store, 4);
            String topic = topics.created(1);

            Replaying sent = store.reEmit(
                            Clock.systemUTC(),
                            "--replay.spec",
                            "{\"kind\":\"re_emit\",\"model_id\":\"m\",\"start\":\"2026-03-01T12:00:01Z\",\"end\":"
                                    + "\"2026-03-01T12:00:05Z\",\"topic\":\"" + topic
                                    + "\",\"pace\":\"fastest\",\"new_ids\":true,\"as_model\":\"candidate\"}")
                    .ended();

            assertThat(sent.counts()).isEqualTo(Map.of("sent", 3L));
            List<Map<String, String>> headers =
                    Topics.records(topic).stream().map(ReEmitJobTest::headers).toList();
            assertThat(headers).extracting(each -> each.get("ce_originalid")).containsExactly("a", "a", "b");
            assertThat(headers).extracting(each -> each.get("ce_modelid")).containsOnly("candidate");
            assertThat(headers.get(0).get("ce_id"))
                    .isEqualTo(headers.get(1).get("ce_id"))
                    .isNotEqualTo("a")
                    .isNotEqualTo(headers.get(2).get("ce_id"));
        }
    }

    @Test
    void eventsAreAsFarApartAsTheyWereOrSoManyTimesCloser() throws Exception {
        try (Store store = new Store(folder);
                KafkaTopics topics = new KafkaTopics()) {
            store.register("m", true);
            store.send(half("request", "a", "2026-03-01T12:00:00Z", "text/csv", "1"));
            store.send(half("request", "b", "2026-03-01T12:01:40Z", "text/csv", "2"));
            store.send(half("request", "c", "2026-03-01T12:01:40Z", "text/csv", "2"));
            store.send(half("request", "d", "2026-03-01T12:06:40Z", "text/csv", "3"));
            stored(store, 4);
            String original = topics.created(1);
            String faster = topics.created(1);

            store.reEmit(new FastClock(200), "--replay.model", "m", "--replay.topic", original)
                    .ended();
            store.reEmit(new FastClock(20), "--replay.model", "m", "--replay.topic", faster, "--replay.pace", "10")
                    .ended();

            // 100 s are half a second, and 300 s one and a half.
            for (String topic : List.of(original, faster)) {
                List<ConsumerRecord<byte[], byte[]>> records = Topics.records(topic);
                assertThat(records).extracting(record -> text(record.key())).containsExactly("a", "b", "c", "d");
                assertThat(records.get(1).timestamp() - records.get(0).timestamp())
                        .isGreaterThanOrEqualTo(450);
                assertThat(records.get(3).timestamp() - records.get(0).timestamp())
                        .isGreaterThanOrEqualTo(1900);
            }
        }
    }

    @Test
    void inputsThatHaveExpiredAreSaidAndWhatIsTooLargeIsLeftOut() throws Exception {
        try (Store store = new Store(folder, "--retention.reconcile-interval", "1s");
                KafkaTopics topics = new KafkaTopics()) {
            store.register("m", true);
            store.register("n", true);
            store.start();
            store.send(inference("m", "old", "input"));
            store.awaitNumber("SELECT count(*) FROM inferences", 1);
            store.policies.put("m", new PolicyTerms(null, 3600L, DeleteAction.HARD, 0), Precondition.none(), "test");
            store.publish("m");
            store.tasks.create("m", new NewTask(false, null, null), "test");
            store.awaitNumber("SELECT count(*) FROM visible_inferences WHERE input_state = 'expired'", 1);
            store.send(inference("n", "halves", "x".repeat(900_000)));
            store.send(inference("n", "large", "x".repeat(1_200_000)));
            store.awaitNumber("SELECT count(*) FROM inferences", 3);
            String topic = topics.createdFor(1_000_000);

            assertThat(store.reEmit(Clock.systemUTC(), "--replay.model", "m", "--replay.topic", topic)
                            .ended()
                            .counts())
                    .isEqualTo(Map.of("sent", 1L, "input_expired", 1L));
            assertThat(headers(Topics.records(topic).get(0))).containsEntry("ce_inputstate", "expired");
            assertThat(store.reEmit(Clock.systemUTC(), "--replay.model", "n", "--replay.topic", topic)
                            .ended()
                            .counts())
                    .as("in base64 it is larger than the topic takes")
                    .isEqualTo(Map.of("sent", 2L, "skipped.too_large", 1L));
            assertThatThrownBy(() ->
                            store.reEmit(Clock.systemUTC(), "--replay.model", "m", "--replay.topic", "no-such-topic"))
                    .hasMessage("there is no topic 'no-such-topic'");
            assertThatThrownBy(() ->
                            store.reEmit(Clock.systemUTC(), "--replay.model", "m", "--replay.topic", store.control))
                    .hasMessageContaining("is the store's own topic");
        }
    }

    @Test
    void aRestartSendsAgainAndCountsOnceAndACancelEndsIt() throws Exception {
        try (Store store = new Store(folder);
                KafkaTopics topics = new KafkaTopics()) {
            store.register("m", true);
            for (int i = 0; i < 300; i++) {
                store.send(half("request", "i" + i, "2026-03-01T12:%02d:%02dZ".formatted(i / 60, i % 60), "t/t", "x"));
            }
            stored(store, 300);
            FailOnce failure = FailOnce.ofFinishing(store);
            failure.now();
            String topic = topics.created(1);

            Replaying sent = store.reEmit(
                            Clock.systemUTC(),
                            "--replay.model",
                            "m",
                            "--replay.topic",
                            topic,
                            "--replay.pace",
                            "fastest")
                    .ended();

            assertThat(failure.hasHappened()).isTrue();
            assertThat(sent.run().state()).isEqualTo(ReplayState.COMPLETE);
            assertThat(sent.counts()).isEqualTo(Map.of("sent", 300L));
            assertThat(Topics.records(topic).stream()
                            .map(record -> text(record.key()))
                            .collect(Collectors.toSet()))
                    .hasSize(300);

            Replaying slow = store.reEmit(new FastClock(20), "--replay.model", "m", "--replay.topic", topic);
            Store.await("some are sent", () -> slow.counts().getOrDefault("sent", 0L) > 5);
            slow.replays().requestCancel(slow.id(), "test");
            slow.ended();
            assertThat(slow.run().state()).isEqualTo(ReplayState.CANCELLED);
            assertThat(slow.counts().get("sent")).isLessThan(300);
        }
    }

    /** Stores all that was sent. */
    private static void stored(Store store, long rows) throws Exception {
        store.allSent();
        assertThat(store.replay().ended().counts()).containsEntry("inserted", rows);
    }

    private static RawEvent half(String part, String id, String at, String contentType, String value) {
        List<EventHeader> headers = new ArrayList<>();
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", id,
                        "ce_source", "/tests",
                        "ce_type", "dev.inferencestore.inference." + part,
                        "ce_time", at,
                        "ce_modelid", "m",
                        "ce_action", "predict",
                        "ce_metadata", "{\"k\":1}",
                        "content-type", contentType)
                .forEach((name, text) -> headers.add(new EventHeader(name, utf8(text))));
        return new RawEvent("", 0, 0, -1, utf8(id), utf8(value), headers);
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
        return headers;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
