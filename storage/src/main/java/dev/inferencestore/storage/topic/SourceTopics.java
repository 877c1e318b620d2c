package dev.inferencestore.storage.topic;

import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * The topics that sources of registered models name. Those of models whose storage is off are among them: switching it
 * on is then in effect as fast as any change, and the model shows events that come meanwhile as turned away.
 * Connections must have {@code inference_store} as their schema.
 */
public final class SourceTopics {
    private static final String TOPICS = "topics";

    private final Jdbi jdbi;

    public SourceTopics(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** The topics that sources name, each once; a source that breaks a rule names none. */
    public static Set<String> namedBy(Collection<Source> sources) {
        Set<String> topics = new TreeSet<>();
        for (Source source : sources) {
            if (SourceFormat.broken(source).isEmpty()) {
                topics.addAll(SourceFormat.topics(source));
            }
        }
        return topics;
    }

    /** Has the topics of sources read from now on, where they are not read already; part of registering a model. */
    public static void want(Handle handle, Collection<Source> sources) {
        Set<String> topics = namedBy(sources);
        if (!topics.isEmpty()) {
            handle.createUpdate(SourceTopicSql.WANT).bind(TOPICS, array(topics)).execute();
        }
    }

    /** The topics that registered models name now; what none names any more is forgotten. */
    public Map<String, WantedTopic> wanted() {
        // One snapshot for both statements: a topic that is named meanwhile has no row in it, so it is not forgotten.
        Set<String> topics = jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
            Set<String> named = named(handle);
            handle.createUpdate(SourceTopicSql.FORGET)
                    .bind(TOPICS, array(named))
                    .execute();
            return named;
        });
        Map<String, WantedTopic> wanted = new HashMap<>();
        jdbi.useTransaction(handle -> {
            // Those of models that were registered before there was this table.
            handle.createUpdate(SourceTopicSql.WANT).bind(TOPICS, array(topics)).execute();
            handle.createQuery(SourceTopicSql.WANTED)
                    .bind(TOPICS, array(topics))
                    .map((row, context) -> new WantedTopic(
                            row.getString("topic"),
                            row.getObject("wanted_since", OffsetDateTime.class).toInstant(),
                            row.getString("topic_id")))
                    .forEach(topic -> wanted.put(topic.topic(), topic));
        });
        return wanted;
    }

    /** The same, of which nothing is written down. */
    public Set<String> named() {
        return jdbi.withHandle(SourceTopics::named);
    }

    private static Set<String> named(Handle handle) {
        Set<String> named = new TreeSet<>();
        handle.createQuery(SourceTopicSql.SOURCES)
                .mapTo(String.class)
                .forEach(sources -> named.addAll(namedBy(ControlRecordCodec.decodeSources(sources))));
        return named;
    }

    /** Writes down what a job found: what changed at once, the rest about once a minute. */
    public void report(Collection<TopicFinding> findings) {
        jdbi.useHandle(handle -> handle.createUpdate(SourceTopicSql.REPORT)
                .bind(TOPICS, findings.stream().map(TopicFinding::topic).toArray(String[]::new))
                .bind(
                        "states",
                        findings.stream().map(each -> each.state().text()).toArray(String[]::new))
                .bind("details", findings.stream().map(TopicFinding::detail).toArray(String[]::new))
                .bind(
                        "partitions",
                        findings.stream().map(TopicFinding::partitions).toArray(Integer[]::new))
                .bind("ids", findings.stream().map(TopicFinding::topicId).toArray(String[]::new))
                .execute());
    }

    /** The topics that sources name, by name, with what is known of each now. */
    public List<SourceTopic> of(Collection<Source> sources) {
        Set<String> topics = namedBy(sources);
        if (topics.isEmpty()) {
            return List.of();
        }
        Map<String, SourceTopic> known = new HashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(SourceTopicSql.READ)
                .bind(TOPICS, array(topics))
                .map((row, context) -> topic(row))
                .forEach(topic -> known.put(topic.topic(), topic)));
        return topics.stream()
                .map(topic -> known.getOrDefault(topic, new SourceTopic(topic, TopicState.UNKNOWN, null, null, null)))
                .toList();
    }

    private static SourceTopic topic(ResultSet row) throws SQLException {
        String state = row.getString("state");
        Instant checked = instant(row, "checked_at");
        boolean stale = row.getBoolean("stale");
        String detail = stale && checked != null
                ? "no job has looked at it since " + checked + ", when it was '" + state + "'"
                : row.getString("detail");
        return new SourceTopic(
                row.getString("topic"),
                stale ? TopicState.UNKNOWN : TopicState.of(state),
                detail,
                instant(row, "wanted_since"),
                checked);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static String[] array(Collection<String> topics) {
        return topics.toArray(String[]::new);
    }
}
