package dev.inferencestore.api.deadletter;

import static dev.inferencestore.api.deadletter.TestTopic.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jdbi.v3.core.Jdbi;

/** An API with a topic of dead letters and one of inferences, to which it replays. */
final class ReplayApi implements AutoCloseable {
    static final String PATH = "/api/v1/dead-letters";

    /** An hour ago. */
    static final long THEN = System.currentTimeMillis() - 3_600_000;

    final TestServers.Store store = TestServers.newStore();
    final TestTopic letters = topic("dead", 2, Map.of("max.message.bytes", "36000000"));
    final TestTopic inferences = topic("inferences", 3, Map.of("max.message.bytes", "34000000"));
    final Jdbi database = Jdbi.create(store.database());
    final Client client;
    private final PolicyApi api;

    ReplayApi() {
        api = PolicyApi.start(store.settings(
                false,
                "--kafka.dead-letter-topic",
                letters.name(),
                "--kafka.inferences-topic",
                inferences.name(),
                // Smaller than what came by Kafka itself.
                "--events.max-body",
                "64 KiB"));
        client = new Client(api);
    }

    /** What a replay answers that is taken. */
    JsonNode replay(String body) {
        return replay(body, "");
    }

    JsonNode replay(String body, String cursor) {
        Answer answer = client.post(PATH + "/replay" + (cursor.isEmpty() ? "" : "?cursor=" + cursor), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    /** Writes a letter and says its id. */
    String write(TestLetter letter) {
        RecordMetadata at = letters.write(List.of(letter.on(letters, 0)));
        return at.partition() + "-" + at.offset();
    }

    TestTopic topic(String name, int partitions, Map<String, String> config) {
        return TestTopic.create(store.bootstrapServers(), store.topic() + "-" + name, partitions, config);
    }

    /** Registers a model with one source. */
    void register(String modelId, String source) {
        Answer made = client.put(
                "/api/v1/models/" + modelId,
                "{\"project_id\": \"p\", \"task_type\": \"t\", \"sources\": [" + source + "]}");
        assertThat(made.status()).as(made.text()).isIn(200, 201);
    }

    /** How many events are known to have been replayed. */
    static long remembered(Jdbi tables) {
        return tables.withHandle(handle -> handle.createQuery("SELECT count(*) FROM dead_letter_replays")
                .mapTo(Long.class)
                .one());
    }

    static String counts(JsonNode answer) {
        return "matched " + answer.path("matched") + ", replayed " + answer.path("replayed") + ", skipped "
                + answer.path("skipped") + ", cannot " + answer.path("cannot").size();
    }

    /** The events on a topic that come from a letter. */
    static List<ConsumerRecord<byte[], byte[]>> sent(TestTopic topic, String id) {
        return topic.all().stream()
                .filter(event -> header(event, "inferencestore-deadletter").equals(id))
                .toList();
    }

    static String header(ConsumerRecord<byte[], byte[]> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null ? "none" : text(header.value());
    }

    static Header header(String name, String value) {
        return new RecordHeader(name, utf8(value));
    }

    static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        api.close();
    }
}
