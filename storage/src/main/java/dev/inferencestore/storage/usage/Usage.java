package dev.inferencestore.storage.usage;

import dev.inferencestore.storage.refusal.NotFound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * How much is stored, now and before. What is hidden and not yet removed counts: it takes room. Connections must have
 * {@code inference_store} as their schema.
 */
public final class Usage {
    /** How far apart the points of a series are. */
    public enum Step {
        HOUR,
        DAY
    }

    /**
     * What to show of the past.
     *
     * @param end not included
     */
    public record Span(Instant start, Instant end, Step step) {}

    /** What was stored at the beginning of an hour; the last one of its day where steps are days. */
    public record Point(Instant at, Used used) {}

    /** Now, and the samples there are. */
    public record Answer(Used now, List<Point> series) {}

    private final Jdbi jdbi;

    public Usage(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Of a model, also one that is being erased.
     *
     * @throws NotFound when it was never registered or is gone
     */
    public Answer ofModel(String modelId, Span span) {
        return jdbi.withHandle(handle -> {
            boolean known = handle.createQuery(UsageSql.MODEL_IS_KNOWN)
                    .bind("modelId", modelId)
                    .mapTo(Boolean.class)
                    .one();
            if (!known) {
                throw NotFound.model(modelId);
            }
            return new Answer(
                    now(handle, UsageSql.MODEL_NOW, modelId),
                    series(handle, UsageSql.modelSeries(span.step()), modelId, span));
        });
    }

    /** Of all models of a project; of one that no model is in, nothing. */
    public Answer ofProject(String projectId, Span span) {
        return jdbi.withHandle(handle -> new Answer(
                projectNow(handle, projectId), series(handle, UsageSql.projectSeries(span.step()), projectId, span)));
    }

    static Used projectNow(Handle handle, String projectId) {
        return now(handle, UsageSql.PROJECT_NOW, projectId);
    }

    private static Used now(Handle handle, String sql, String id) {
        return handle.createQuery(sql)
                .bind("id", id)
                .map((row, context) -> used(row))
                .one();
    }

    private static List<Point> series(Handle handle, String sql, String id, Span span) {
        return handle.createQuery(sql)
                .bind("id", id)
                .bind("start", span.start())
                .bind("end", span.end())
                .map((row, context) ->
                        new Point(row.getObject("at", OffsetDateTime.class).toInstant(), used(row)))
                .list();
    }

    private static Used used(ResultSet row) throws SQLException {
        return new Used(row.getLong("records"), row.getLong("inputs"), row.getLong("bytes"));
    }
}
