package dev.inferencestore.api.relay;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.registration.ControlRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two relays, one of them killed over and over, while several callers change many models. */
class RelayOrderTest {
    private static final int CALLERS = 4;
    private static final int CHANGES_EACH = 500;
    private static final int MODELS = 40;
    private static final int PUBLISHED_BETWEEN_KILLS = 140;

    private final RelayStore store = RelayStore.ofControl();
    private final Queue<Long> committed = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean allCommitted = new AtomicBoolean();

    @Test
    @Timeout(120)
    void nothingIsLostOrReordered() throws InterruptedException {
        int kills;
        try (Relay one = store.start();
                Relay other = store.start()) {
            until(() -> one.state() == RelayState.PUBLISHING || other.state() == RelayState.PUBLISHING);
            List<Thread> callers = startCallers();
            Thread end = new Thread(() -> {
                callers.forEach(RelayOrderTest::join);
                allCommitted.set(true);
            });
            end.start();
            kills = killUntilAllIsPublished(one, other);
            end.join();
        }

        List<ControlRecord> seen = store.records();
        assertThat(committed).hasSize(CALLERS * CHANGES_EACH);
        assertThat(new LinkedHashSet<>(seen.stream().map(ControlRecord::version).toList()))
                .as("in the order of their commits, each at least once")
                .containsExactlyElementsOf(committed.stream().sorted().toList());
        assertNoModelGoesBack(seen);
        assertThat(kills).isGreaterThanOrEqualTo(10);
    }

    private List<Thread> startCallers() {
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            int number = caller;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < CHANGES_EACH; i++) {
                    committed.add(store.change("model-" + (number * 7 + i * 13) % MODELS, number + "-" + i));
                }
            });
            thread.start();
            callers.add(thread);
        }
        return callers;
    }

    /** Ends the session of the publishing relay, or fences it, each time some more is published. */
    private int killUntilAllIsPublished(Relay one, Relay other) {
        int kills = 0;
        while (!allCommitted.get() || !store.outboxIsEmpty()) {
            long before = one.published() + other.published();
            if (kills % 3 == 2) {
                store.topic.fence();
                kills++;
            } else if (store.endSessionOfTheOne()) {
                kills++;
            }
            until(() -> one.published() + other.published() >= before + PUBLISHED_BETWEEN_KILLS
                    || (allCommitted.get() && store.outboxIsEmpty()));
        }
        return kills;
    }

    private static void assertNoModelGoesBack(List<ControlRecord> seen) {
        Map<String, Long> newest = new HashMap<>();
        for (ControlRecord record : seen) {
            Long before = newest.put(record.modelId(), record.version());
            assertThat(before == null || before <= record.version())
                    .as("%s after %s of %s", record.version(), before, record.modelId())
                    .isTrue();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
