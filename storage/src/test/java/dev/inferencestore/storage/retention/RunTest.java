package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What runs remove, seen in the tables and in the bucket. */
class RunTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private static RetentionStore store;

    @BeforeAll
    static void start() {
        store = new RetentionStore();
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void aHardRunRemovesRowsObjectsAndSums() throws Exception {
        store.register("hard");
        store.store("hard", minutesAgo(600, 599, 598, 400, 300, 130, 125, 115, 110, 5, 1));
        store.policy("hard", Duration.ofHours(2), Duration.ofHours(2), DeleteAction.HARD, Duration.ZERO);

        Task dry = store.run("hard", new NewTask(true, null, null));
        Task task = store.run("hard", new NewTask(false, null, dry.taskId()));

        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(dry.figures().recordsMatched()).isEqualTo(7);
        assertThat(dry.figures().blobsMatched()).isEqualTo(7);
        assertThat(task.figures().recordsDeleted()).isEqualTo(7);
        assertThat(task.figures().blobsDeleted()).isEqualTo(7);
        assertThat(task.figures().bytes()).isEqualTo(dry.figures().bytes());
        assertThat(task.figures().oldest()).isEqualTo(dry.figures().oldest());
        assertThat(store.stored("hard")).isEqualTo(4);
        assertThat(store.visible("hard")).isEqualTo(4);
        assertThat(store.readable("hard")).hasSize(4).allSatisfy((id, text) -> assertThat("i" + text.substring(5))
                .isEqualTo("i of " + id.substring(2)));
        assertThat(store.sumsAreRight("hard")).isTrue();
    }

    private Instant[] minutesAgo(int... minutes) {
        return Arrays.stream(minutes)
                .mapToObj(ago -> now.minus(Duration.ofMinutes(ago)))
                .toArray(Instant[]::new);
    }
}
