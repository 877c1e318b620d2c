package dev.inferencestore.api.relay;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RelayTest {
    private final RelayStore store = RelayStore.ofControl();

    @Test
    void aChangeIsPublishedWithItsModelAsTheKeyAndClearedFromTheOutbox() {
        try (Relay relay = store.start()) {
            until(() -> relay.state() == RelayState.PUBLISHING);

            long version = store.change("m", "first");

            until(store::outboxIsEmpty);
            assertThat(relay.published()).isEqualTo(1);
            assertThat(store.records()).singleElement().satisfies(record -> {
                assertThat(record.modelId()).isEqualTo("m");
                assertThat(record.version()).isEqualTo(version);
                assertThat(record.name()).isEqualTo("first");
            });
        }
    }

    @Test
    void theControlTopicIsCreatedWithOnePartitionAndCompacted() {
        try (Relay relay = store.start()) {
            until(() -> relay.state() == RelayState.PUBLISHING);

            assertThat(store.topic.partitions()).isEqualTo(1);
            assertThat(store.topic.setting("cleanup.policy")).isEqualTo("compact");
        }
    }

    @Test
    void aRelayThatStopsBetweenCommitAndPublishLosesNothing() throws Exception {
        long version = store.change("m", "first");
        Gate beforePublish = new Gate();
        Relay stopped = store.heldBeforePublish(beforePublish);
        stopped.start();
        beforePublish.awaitReached();
        stopped.close();
        assertThat(stopped.state()).isEqualTo(RelayState.STOPPED);
        assertThat(store.records()).isEmpty();

        try (Relay next = store.start()) {
            until(store::outboxIsEmpty);
            assertThat(next.published()).isEqualTo(1);
        }

        assertThat(store.versions()).containsExactly(version);
    }

    @Test
    void aRelayThatStopsBetweenPublishAndDeletePublishesTheSameVersionAgain() throws Exception {
        long version = store.change("m", "first");
        Gate beforeDelete = new Gate();
        Relay stopped = store.heldBeforeDelete(beforeDelete);
        stopped.start();
        beforeDelete.awaitReached();
        stopped.close();
        assertThat(store.outboxIsEmpty()).isFalse();

        try (Relay next = store.start()) {
            until(store::outboxIsEmpty);
            assertThat(next.published()).isEqualTo(1);
        }

        assertThat(store.versions()).containsExactly(version, version);
    }

    @Test
    void whatASupersededRelayHasReadItCanNoLongerPublish() throws Exception {
        long first = store.change("m", "first");
        Gate beforePublish = new Gate();
        Relay superseded = store.heldBeforePublish(beforePublish);
        superseded.start();
        beforePublish.awaitReached();
        assertThat(store.endSessionOfTheOne()).isTrue();

        try (Relay next = store.start()) {
            until(store::outboxIsEmpty);
            long second = store.change("m", "second");
            until(store::outboxIsEmpty);
            beforePublish.open();
            until(() -> superseded.state() == RelayState.FAILING || superseded.state() == RelayState.STANDBY);

            assertThat(superseded.published()).isZero();
            assertThat(next.state()).isEqualTo(RelayState.PUBLISHING);
            assertThat(store.versions()).containsExactly(first, second);
        } finally {
            superseded.close();
        }
    }

    @Test
    void aRelayThatWasFencedFromOutsideStartsAgain() {
        try (Relay relay = store.start()) {
            until(() -> relay.state() == RelayState.PUBLISHING);
            store.topic.fence();

            long version = store.change("m", "first");

            until(store::outboxIsEmpty);
            assertThat(store.versions()).containsExactly(version);
        }
    }

    @Test
    void theSecondRelayStandsByAndTakesOver() {
        Relay first = store.start();
        until(() -> first.state() == RelayState.PUBLISHING);
        try (Relay second = store.start()) {
            until(() -> second.state() == RelayState.STANDBY);
            first.close();
            until(() -> second.state() == RelayState.PUBLISHING);
            assertThat(first.state()).isEqualTo(RelayState.STOPPED);
        }
    }
}
