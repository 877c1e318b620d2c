package dev.inferencestore.storage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.progress.InEffectSnapshot.Subtask;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class InEffectSnapshotTest {
    private static final Instant EARLIER = Instant.parse("2026-01-01T10:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-01T11:00:00Z");

    @Test
    void withoutAJobNothingIsInEffect() {
        InEffectSnapshot snapshot = new InEffectSnapshot(List.of());

        assertThat(snapshot.hasLiveJob()).isFalse();
        assertThat(snapshot.of(1, true)).isEqualTo(InEffectState.no("no job is running"));
    }

    @Test
    void everySubtaskMustHaveTheVersion() {
        InEffectSnapshot snapshot =
                new InEffectSnapshot(List.of(route("job", 0, 2, EARLIER, 7), route("job", 1, 2, EARLIER, 6)));

        assertThat(snapshot.of(6, true)).isEqualTo(InEffectState.YES);
        assertThat(snapshot.of(7, true)).isEqualTo(InEffectState.no("1 of 2 subtasks have it"));
    }

    @Test
    void aSubtaskThatIsSilentIsMissing() {
        InEffectSnapshot snapshot = new InEffectSnapshot(List.of(route("job", 0, 2, EARLIER, 7)));

        assertThat(snapshot.of(7, true)).isEqualTo(InEffectState.no("1 of 2 subtasks have it"));
    }

    @Test
    void rowsOfAFormerParallelismOrJobDoNotCount() {
        InEffectSnapshot snapshot = new InEffectSnapshot(List.of(
                route("former", 0, 1, EARLIER, 1),
                route("job", 0, 1, LATER, 9),
                route("job", 2, 4, EARLIER, 1),
                route("job", 3, 4, EARLIER, 1)));

        assertThat(snapshot.of(9, true)).isEqualTo(InEffectState.YES);
    }

    @Test
    void aModelThatDoesNotStoreNeedsItsLastRowsDurable() {
        Subtask router = route("job", 0, 1, LATER, 9);
        Subtask behind = new Subtask("job", "store", 0, 2, LATER, 8);
        Subtask flushed = new Subtask("job", "store", 1, 2, LATER, 9);

        assertThat(new InEffectSnapshot(List.of(router)).of(9, false).reason())
                .isEqualTo("no writer of the running job has reported");
        assertThat(new InEffectSnapshot(List.of(router, behind, flushed)).of(9, false))
                .isEqualTo(InEffectState.no("1 of 2 writers have flushed since"));
        assertThat(new InEffectSnapshot(List.of(router, behind, flushed)).of(8, false))
                .isEqualTo(InEffectState.YES);
    }

    private static Subtask route(String job, int index, int parallelism, Instant startedAt, long version) {
        return new Subtask(job, "route", index, parallelism, startedAt, version);
    }
}
