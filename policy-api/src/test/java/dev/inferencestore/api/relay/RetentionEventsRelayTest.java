package dev.inferencestore.api.relay;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class RetentionEventsRelayTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RelayStore store = RelayStore.ofRetentionEvents();

    @Test
    void anEventIsPublishedAsACloudEventWithItsModelAsTheKeyAndClearedFromTheOutbox() {
        try (Relay relay = store.start()) {
            until(() -> relay.state() == RelayState.PUBLISHING);

            store.setPolicy();

            until(store::outboxIsEmpty);
            assertThat(relay.published()).isEqualTo(1);
            ConsumerRecord<String, String> message = store.topic.messages().get(0);
            assertThat(message.key()).isEqualTo("m");
            Header type = message.headers().lastHeader("content-type");
            assertThat(new String(type.value(), StandardCharsets.UTF_8))
                    .isEqualTo("application/cloudevents+json; charset=UTF-8");
            JsonNode event = json(message);
            assertThat(event.path("specversion").asText()).isEqualTo("1.0");
            assertThat(event.path("type").asText()).isEqualTo("dev.inferencestore.retention.policy.set");
            assertThat(event.at("/data/model_id").asText()).isEqualTo("m");
        }
    }

    @Test
    void theTopicIsCreatedWithAStatedRetention() {
        try (Relay relay = store.start()) {
            until(() -> relay.state() == RelayState.PUBLISHING);

            assertThat(store.topic.partitions()).isEqualTo(1);
            assertThat(store.topic.setting("cleanup.policy")).isEqualTo("delete");
            assertThat(store.topic.setting("retention.ms"))
                    .isEqualTo(String.valueOf(Duration.ofDays(30).toMillis()));
        }
    }

    @Test
    void aRelayThatStopsBetweenCommitAndPublishLosesNothing() throws Exception {
        store.setPolicy();
        Gate beforePublish = new Gate();
        Relay stopped = store.heldBeforePublish(beforePublish);
        stopped.start();
        beforePublish.awaitReached();
        stopped.close();
        assertThat(store.topic.messages()).isEmpty();

        try (Relay next = store.start()) {
            until(store::outboxIsEmpty);
            assertThat(next.published()).isEqualTo(1);
        }

        assertThat(versions()).containsExactly(1L);
    }

    @Test
    void aRelayThatLosesItsDatabaseBetweenPublishAndDeletePublishesTheSameEventAgain() throws Exception {
        store.setPolicy();
        store.setPolicy();
        Gate beforeDelete = new Gate();
        Relay relay = store.heldBeforeDelete(beforeDelete);
        relay.start();
        beforeDelete.awaitReached();
        assertThat(versions()).containsExactly(1L);

        assertThat(store.endSessionOfTheOne()).isTrue();
        beforeDelete.open();
        until(store::outboxIsEmpty);
        relay.close();

        assertThat(versions()).as("twice, never none, and never back").containsExactly(1L, 1L, 2L);
        List<String> ids = store.topic.messages().stream()
                .map(message -> json(message).path("id").asText())
                .toList();
        assertThat(ids.get(0)).as("by which doubles are told").isEqualTo(ids.get(1));
    }

    /** Of the policy, in the order of the topic. */
    private List<Long> versions() {
        return store.topic.messages().stream()
                .map(message -> json(message).at("/data/version").asLong())
                .toList();
    }

    private static JsonNode json(ConsumerRecord<String, String> message) {
        try {
            return JSON.readTree(message.value());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }
}
