package dev.inferencestore.storage.replay;

import static dev.inferencestore.domain.replay.ReplayKind.ROUTE;
import static dev.inferencestore.domain.replay.ReplayKind.SEND;
import static dev.inferencestore.domain.replay.ReplayKind.STORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayProgressTest extends ReplayTests {
    @Test
    void subtasksAddUp() throws SQLException {
        ReplayRun run = running(REPLAY);
        write(beat(run, ROUTE, 0, 2, 1, false, Map.of("read", 10L, "turned_away.unregistered", 3L, "accepted", 7L)));
        write(beat(run, ROUTE, 1, 2, 1, false, Map.of("read", 5L, "turned_away.no_value", 1L, "accepted", 4L)));
        write(beat(run, STORE, 0, 1, 1, false, Map.of("inserted", 11L)));

        assertThat(summary(run).counts())
                .isEqualTo(Map.of(
                        "read", 15L,
                        "turned_away.unregistered", 3L,
                        "turned_away.no_value", 1L,
                        "accepted", 11L,
                        "inserted", 11L));
        assertThat(summary(run).sum(ReplaySummary.TURNED_AWAY)).isEqualTo(4);
        assertThat(summary(run).byReason(ReplaySummary.TURNED_AWAY))
                .isEqualTo(Map.of("unregistered", 3L, "no_value", 1L));
        assertThat(summary(run).heardAt()).isNotNull();
    }

    @Test
    void anAttemptReplacesWhatTheOneBeforeCounted() throws SQLException {
        ReplayRun run = running(REPLAY);
        write(beat(run, ROUTE, 0, 1, 5, false, Map.of("read", 100L)));
        write(beat(run, ROUTE, 0, 1, 9, false, Map.of("read", 40L)));
        write(beat(run, ROUTE, 0, 1, 5, true, Map.of("read", 120L)));

        assertThat(summary(run).counts()).isEqualTo(Map.of("read", 40L));
    }

    @Test
    void rowsOfAFormerParallelismDoNotCount() throws SQLException {
        ReplayRun run = running(RE_EMIT);
        write(beat(run, SEND, 0, 2, 1, false, Map.of("sent", 10L)));
        write(beat(run, SEND, 1, 2, 1, true, Map.of("sent", 20L)));
        write(beat(run, SEND, 0, 1, 2, false, Map.of("sent", 30L)));

        assertThat(summary(run).counts()).isEqualTo(Map.of("sent", 30L));
        assertThat(write(beat(run, SEND, 0, 1, 2, true, Map.of("sent", 35L)))).isTrue();
        assertThat(now(run).state()).isEqualTo(ReplayState.COMPLETE);
    }

    @Test
    void itIsCompleteWithTheLastSubtaskOfAllRoles() throws SQLException {
        ReplayRun run = running(REPLAY);

        assertThat(write(beat(run, ROUTE, 0, 2, 1, true, Map.of()))).isFalse();
        assertThat(write(beat(run, STORE, 0, 1, 1, true, Map.of()))).isFalse();
        assertThat(write(beat(run, ROUTE, 1, 2, 1, false, Map.of()))).isFalse();
        assertThat(now(run).state()).isEqualTo(ReplayState.RUNNING);
        assertThat(write(beat(run, ROUTE, 1, 2, 1, true, Map.of()))).isTrue();

        assertThat(now(run).state()).isEqualTo(ReplayState.COMPLETE);
        assertThat(now(run).finishedAt()).isNotNull();
        assertThat(write(beat(run, ROUTE, 1, 2, 1, true, Map.of()))).isFalse();
    }

    @Test
    void aSubtaskThatStartedAgainHasNotFinished() throws SQLException {
        ReplayRun run = running(RE_EMIT);
        write(beat(run, SEND, 0, 2, 1, true, Map.of()));
        write(beat(run, SEND, 0, 2, 7, false, Map.of()));

        assertThat(write(beat(run, SEND, 1, 2, 1, true, Map.of()))).isFalse();
        assertThat(write(beat(run, SEND, 0, 2, 7, true, Map.of()))).isTrue();
    }

    @Test
    void withMoreSubtasksThanBeforeItTakesAllOfThem() throws SQLException {
        ReplayRun run = running(RE_EMIT);
        write(beat(run, SEND, 0, 2, 1, true, Map.of()));
        write(beat(run, SEND, 1, 3, 2, true, Map.of()));

        assertThat(write(beat(run, SEND, 2, 3, 2, true, Map.of())))
                .as("subtask 0 has finished as one of two only")
                .isFalse();
        assertThat(write(beat(run, SEND, 0, 3, 2, true, Map.of()))).isTrue();
    }

    @Test
    void ofManyThatFinishAtOnceOneCompletesIt() throws SQLException {
        for (int round = 0; round < 5; round++) {
            ReplayRun run = running(RE_EMIT);

            List<CompletableFuture<Boolean>> finished = IntStream.range(0, 8)
                    .mapToObj(subtask -> CompletableFuture.supplyAsync(() -> inTransaction(run, subtask)))
                    .toList();

            assertThat(finished.stream().map(CompletableFuture::join).filter(complete -> complete))
                    .hasSize(1);
            assertThat(now(run).state()).isEqualTo(ReplayState.COMPLETE);
        }
    }

    @Test
    void oneThatIsToBeCancelledEndsSo() throws SQLException {
        ReplayRun run = running(RE_EMIT);
        replays.requestCancel(run.replayId(), "bob");

        write(beat(run, SEND, 0, 1, 1, true, Map.of("sent", 1L)));

        assertThat(now(run).state()).isEqualTo(ReplayState.CANCELLED);
    }

    @Test
    void whatWaitsOrIsGoneIsNotCompleted() throws SQLException {
        ReplayRun waits = create(RE_EMIT);
        write(beat(waits, SEND, 0, 1, 1, true, Map.of()));
        assertThat(now(waits).state()).isEqualTo(ReplayState.PENDING);

        try (Connection connection = database.getConnection()) {
            assertThat(ReplayProgressWriter.isToStop(connection, "00000000-0000-0000-0000-000000000000"))
                    .isTrue();
        }
    }

    @Test
    void positionsSayHowFarItIs() throws SQLException {
        ReplayRun run = running(REPLAY);
        write(positions(run, 0, Map.of("t-0", new Position(100, 150, 200L), "t-1", new Position(0, 10, 10L))));
        write(positions(run, 1, Map.of("t-1", new Position(0, 4, 10L), "t-2", new Position(7, 7, 7L))));

        assertThat(summary(run).done()).isEqualTo(60);
        assertThat(summary(run).total()).isEqualTo(110);

        write(positions(run, 1, Map.of("t-2", new Position(7, 8, null))));
        assertThat(summary(run).done()).isEqualTo(61);
        assertThat(summary(run).total()).as("nobody knows where t-2 ends").isNull();
    }

    private boolean inTransaction(ReplayRun run, int subtask) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean complete = ReplayProgressWriter.write(connection, beat(run, SEND, subtask, 8, 1, true, Map.of()));
            connection.commit();
            return complete;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ReplayBeat positions(ReplayRun run, int subtask, Map<String, Position> positions) {
        return new ReplayBeat(run.replayId(), ROUTE, subtask, 2, 1, false, Map.of(), positions);
    }
}
