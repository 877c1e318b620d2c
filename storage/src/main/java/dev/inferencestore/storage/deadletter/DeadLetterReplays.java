package dev.inferencestore.storage.deadletter;

import dev.inferencestore.storage.access.HeldRole;
import dev.inferencestore.storage.registration.ControlLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Which dead letters were replayed. Connections must have {@code inference_store} as their schema. */
public final class DeadLetterReplays {
    private final Jdbi jdbi;

    public DeadLetterReplays(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Those of these events that were replayed. */
    public Map<DeadEvent, Replay> of(Collection<DeadEvent> events) {
        if (events.isEmpty()) {
            return Map.of();
        }
        List<DeadEvent> asked = List.copyOf(events);
        return jdbi.withHandle(handle -> {
            Map<DeadEvent, Replay> found = new HashMap<>();
            handle.createQuery(DeadLetterSql.REPLAYS)
                    .bind("topics", asked.stream().map(DeadEvent::topic).toArray(String[]::new))
                    .bind(
                            "partitions",
                            asked.stream().mapToInt(DeadEvent::partition).toArray())
                    .bind("offsets", asked.stream().mapToLong(DeadEvent::offset).toArray())
                    .bind("millis", asked.stream().mapToLong(DeadEvent::millis).toArray())
                    .map((row, context) -> Map.entry(event(row), replay(row)))
                    .forEach(each -> found.put(each.getKey(), each.getValue()));
            return found;
        });
    }

    /**
     * Writes down that events were replayed, and, for the audit log, by whom: an entry for each model, and one for all whose
     * model is not known.
     */
    public void remember(List<Replayed> replayed, String actor) {
        jdbi.useTransaction(handle -> {
            try (PreparedBatch batch = handle.prepareBatch(DeadLetterSql.REMEMBER)) {
                // In one order, so that two calls that replay the same do not wait for each other in a circle.
                replayed.stream().sorted(DeadLetterSql.BY_EVENT).forEach(each -> batch.bind(
                                "topic", each.event().topic())
                        .bind("partition", each.event().partition())
                        .bind("offset", each.event().offset())
                        .bind("millis", each.event().millis())
                        .bind("letterPartition", each.letterPartition())
                        .bind("letterOffset", each.letterOffset())
                        .bind("by", actor)
                        .bind("bytesFrom", each.whole() ? "letter" : "topic")
                        .add());
                batch.execute();
            }
            audit(handle, replayed, actor);
        });
    }

    /** Forgets letters that Kafka has removed: those of a partition before this offset. */
    public void forgetBefore(int letterPartition, long letterOffset) {
        jdbi.useHandle(handle -> handle.createUpdate(DeadLetterSql.FORGET)
                .bind("partition", letterPartition)
                .bind("offset", letterOffset)
                .execute());
    }

    private static void audit(Handle handle, List<Replayed> replayed, String actor) {
        Map<String, ReplayedOfModel> byModel = new TreeMap<>();
        for (Replayed each : replayed) {
            byModel.computeIfAbsent(each.modelId() == null ? "" : each.modelId(), unseen -> new ReplayedOfModel())
                    .add(each);
        }
        byModel.forEach((modelId, some) -> {
            if (modelId.isEmpty()) {
                ControlLog.auditProject(handle, actor, DeadLetterSql.ACTION, HeldRole.EVERY_PROJECT, null, some.json());
            } else {
                ControlLog.audit(handle, actor, DeadLetterSql.ACTION, modelId, null, some.json());
            }
        });
    }

    private static DeadEvent event(ResultSet row) throws SQLException {
        return new DeadEvent(
                row.getString("event_topic"),
                row.getInt("event_partition"),
                row.getLong("event_offset"),
                row.getLong("event_millis"));
    }

    private static Replay replay(ResultSet row) throws SQLException {
        return new Replay(
                row.getObject("replayed_at", OffsetDateTime.class).toInstant(),
                row.getString("replayed_by"),
                row.getString("bytes_from"),
                row.getInt("times"));
    }
}
