package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** What tests of replays do to them. */
abstract class ReplayTests {
    static final String REPLAY = "{\"kind\":\"replay\",\"model_id\":\"m\",\"source\":{\"kind\":\"topic\"}}";
    static final String RE_EMIT = "{\"kind\":\"re_emit\",\"model_id\":\"m\",\"topic\":\"t\"}";

    final DataSource database = Servers.database();
    final Replays replays = new Replays(database);

    ReplayRun create(String spec) {
        return replays.create(new NewReplay(ReplaySpecCodec.decode(spec), "ann", false), null)
                .run();
    }

    ReplayRun running(String spec) {
        ReplayRun run = create(spec);
        replays.claim(run.replayId(), "job");
        return run;
    }

    ReplayRun now(ReplayRun run) {
        return replays.find(run.replayId()).orElseThrow();
    }

    ReplaySummary summary(ReplayRun run) {
        return replays.summaries(List.of(run)).get(run.replayId());
    }

    boolean write(ReplayBeat beat) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ReplayProgressWriter.write(connection, beat);
        }
    }

    static ReplayBeat beat(
            ReplayRun run,
            String role,
            int subtask,
            int parallelism,
            long startedAt,
            boolean finished,
            Map<String, Long> counts) {
        return new ReplayBeat(run.replayId(), role, subtask, parallelism, startedAt, finished, counts, Map.of());
    }
}
