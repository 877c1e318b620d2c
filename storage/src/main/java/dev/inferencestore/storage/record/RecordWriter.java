package dev.inferencestore.storage.record;

import dev.inferencestore.domain.retention.Floor;
import dev.inferencestore.storage.progress.IngestCounts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Makes rows of inferences and their segments, in one READ COMMITTED transaction a flush. First it locks the {@code floors} rows of
 * all models in the flush, in a statement of its own; then it stores what is above the hard floor, of the model's
 * present generation and without a tombstone; below it, what a hold keeps. A removal takes the same lock, so that each sees the other whole.
 *
 * <p>Rows go in sorted by key: two writers that bring the same rows at once wait for each other instead of
 * deadlocking. Storing the same rows again changes nothing but counts.
 */
public final class RecordWriter {
    private static final Comparator<InferenceRow> BY_KEY = Comparator.comparing(InferenceRow::modelId)
            .thenComparing(InferenceRow::inferenceId)
            .thenComparing(InferenceRow::createdAt)
            .thenComparing(InferenceRow::part);

    private final int slot;

    /**
     * Makes a writer.
     *
     * @param slot keeps the counters of concurrent writers apart
     */
    public RecordWriter(int slot) {
        this.slot = slot;
    }

    /**
     * Stores batches and commits.
     *
     * @throws SegmentSweptException when bytes of a row are gone
     * @throws SQLException when nothing was stored; the connection is rolled back
     */
    public FlushResult flush(Connection connection, List<StoredBatch> batches) throws SQLException {
        List<InferenceRow> rows = new ArrayList<>();
        batches.forEach(batch -> rows.addAll(batch.rows()));
        if (rows.isEmpty()) {
            return FlushResult.NOTHING;
        }
        rows.sort(BY_KEY);
        connection.setAutoCommit(false);
        try {
            FlushResult result = store(new FlushStatements(connection), batches, rows);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException failed) {
            rollback(connection, failed);
            throw failed;
        }
    }

    private FlushResult store(FlushStatements statements, List<StoredBatch> batches, List<InferenceRow> rows)
            throws SQLException {
        Map<String, Floor> floors = statements.lockFloors(rows);
        Map<RowKey, Long> erased = statements.tombstones(rows);
        Map<RowKey, Floor> held = statements.held(below(rows, floors), floors);
        FlushOutcome outcome = new FlushOutcome(rows.size());
        List<InferenceRow> wanted = new ArrayList<>(rows.size());
        for (InferenceRow row : rows) {
            long erasedAt = erased.getOrDefault(RowKey.ofId(row), Floor.NEVER);
            Floor floor = held.getOrDefault(RowKey.of(row), floors.get(row.modelId()));
            Floor.Verdict verdict = floor == null
                    ? Floor.Verdict.REFUSE_GENERATION
                    : floor.judge(row.generation(), row.createdAt(), erasedAt);
            if (verdict.refuses()) {
                outcome.refused(row, verdict.reason());
            } else {
                wanted.add(verdict == Floor.Verdict.STORE ? row : outcome.withoutInput(row));
            }
        }
        insert(statements, wanted, outcome);
        segments(statements, batches, outcome);
        statements.hours(slot, outcome.hours());
        IngestCounts.add(statements.connection(), slot, outcome.ingest());
        return outcome.result();
    }

    /** The few that come late: only for those does it matter what is held. */
    private static List<InferenceRow> below(List<InferenceRow> rows, Map<String, Floor> floors) {
        return rows.stream()
                .filter(row -> {
                    Floor floor = floors.get(row.modelId());
                    return floor != null && row.createdAt() < Math.max(floor.recordHard(), floor.blobHard());
                })
                .toList();
    }

    private static void insert(FlushStatements statements, List<InferenceRow> wanted, FlushOutcome outcome)
            throws SQLException {
        List<InferenceRow> rest = new ArrayList<>();
        FlushStatements.Keys inserted = statements.insert(RecordSql.INSERT, wanted);
        for (InferenceRow row : wanted) {
            if (inserted.take(RowKey.of(row))) {
                outcome.inserted(row);
            } else {
                rest.add(row);
            }
        }
        if (rest.isEmpty()) {
            return;
        }
        List<InferenceRow> others = new ArrayList<>();
        boolean[] same = statements.compare(rest);
        for (int i = 0; i < same.length; i++) {
            if (same[i]) {
                outcome.alreadyThere(rest.get(i));
            } else {
                others.add(rest.get(i));
            }
        }
        FlushStatements.Keys kept = statements.insert(RecordSql.KEEP_ASIDE, others);
        for (InferenceRow row : others) {
            outcome.conflicting(row, kept.take(RowKey.ofContent(row)));
        }
    }

    private static void segments(FlushStatements statements, List<StoredBatch> batches, FlushOutcome outcome)
            throws SQLException {
        for (StoredBatch batch : batches) {
            outcome.offer(batch.segments());
        }
        statements.segments(outcome.referenced());
        for (String present : statements.present(outcome.unreferenced())) {
            outcome.found(present);
        }
    }

    private static void rollback(Connection connection, Exception failed) {
        try {
            connection.rollback();
        } catch (SQLException broken) {
            failed.addSuppressed(broken);
        }
    }
}
