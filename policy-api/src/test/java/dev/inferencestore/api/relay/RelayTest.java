package dev.inferencestore.api.relay;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class RelayTest {
    private final RelayStore store = new RelayStore();

    @Test
    void aChangeIsPublishedWithItsModelAsTheKeyAndClearedFromTheOutbox() {
        try (Relay relay = Relay.start(store.settings())) {
            until(() -> relay.state() == RelayState.PUBLISHING);

            long version = store.change("m", "first");

            until(store::outboxIsEmpty);
            assertThat(relay.published()).isEqualTo(1);
            assertThat(store.topic.records()).singleElement().satisfies(record -> {
                assertThat(record.modelId()).isEqualTo("m");
                assertThat(record.version()).isEqualTo(version);
                assertThat(record.name()).isEqualTo("first");
            });
        }
    }

    @Test
    void theControlTopicIsCreatedWithOnePartitionAndCompacted() throws Exception {
        try (Relay relay = Relay.start(store.settings());
                Admin admin = Admin.create(Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        store.settings().bootstrapServers()))) {
            until(() -> relay.state() == RelayState.PUBLISHING);
            String topic = store.settings().controlTopic();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);

            assertThat(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .partitions())
                    .hasSize(1);
            assertThat(admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact");
        }
    }

    @Test
    void aRelayThatStopsBetweenCommitAndPublishLosesNothing() throws Exception {
        long version = store.change("m", "first");
        Gate beforePublish = new Gate();
        Relay stopped = new Relay(
                () -> PostgresOutbox.open(store.settings()),
                () -> new GatedPublisher(KafkaPublisher.open(store.settings()), beforePublish));
        stopped.start();
        beforePublish.awaitReached();
        stopped.close();
        assertThat(stopped.state()).isEqualTo(RelayState.STOPPED);
        assertThat(store.topic.records()).isEmpty();

        try (Relay next = Relay.start(store.settings())) {
            until(store::outboxIsEmpty);
            assertThat(next.published()).isEqualTo(1);
        }

        assertThat(store.topic.versions()).containsExactly(version);
    }

    @Test
    void aRelayThatStopsBetweenPublishAndDeletePublishesTheSameVersionAgain() throws Exception {
        long version = store.change("m", "first");
        Gate beforeDelete = new Gate();
        Relay stopped = new Relay(
                () -> new GatedOutbox(PostgresOutbox.open(store.settings()), beforeDelete),
                () -> KafkaPublisher.open(store.settings()));
        stopped.start();
        beforeDelete.awaitReached();
        stopped.close();
        assertThat(store.outboxIsEmpty()).isFalse();

        try (Relay next = Relay.start(store.settings())) {
            until(store::outboxIsEmpty);
            assertThat(next.published()).isEqualTo(1);
        }

        assertThat(store.topic.versions()).containsExactly(version, version);
    }

    @Test
    void whatASupersededRelayHasReadItCanNoLongerPublish() throws Exception {
        long first = store.change("m", "first");
        Gate beforePublish = new Gate();
        Relay superseded = new Relay(
                () -> PostgresOutbox.open(store.settings()),
                () -> new GatedPublisher(KafkaPublisher.open(store.settings()), beforePublish));
        superseded.start();
        beforePublish.awaitReached();
        assertThat(store.endSessionOfTheOne()).isTrue();

        try (Relay next = Relay.start(store.settings())) {
            until(store::outboxIsEmpty);
            long second = store.change("m", "second");
            until(store::outboxIsEmpty);
            beforePublish.open();
            until(() -> superseded.state() == RelayState.FAILING || superseded.state() == RelayState.STANDBY);

            assertThat(superseded.published()).isZero();
            assertThat(next.state()).isEqualTo(RelayState.PUBLISHING);
            assertThat(store.topic.versions()).containsExactly(first, second);
        } finally {
            superseded.close();
        }
    }

    @Test
    void aRelayThatWasFencedFromOutsideStartsAgain() {
        try (Relay relay = Relay.start(store.settings())) {
            until(() -> relay.state() == RelayState.PUBLISHING);
            store.topic.fence();

            long version = store.change("m", "first");

            until(store::outboxIsEmpty);
            assertThat(store.topic.versions()).containsExactly(version);
        }
    }

    @Test
    void theSecondRelayStandsByAndTakesOver() {
        Relay first = Relay.start(store.settings());
        until(() -> first.state() == RelayState.PUBLISHING);
        try (Relay second = Relay.start(store.settings())) {
            until(() -> second.state() == RelayState.STANDBY);
            first.close();
            until(() -> second.state() == RelayState.PUBLISHING);
            assertThat(first.state()).isEqualTo(RelayState.STOPPED);
        }
    }
}
