package dev.inferencestore.storage.deadletter;

import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import java.util.HashSet;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** The topics that registered models name. Connections must have {@code inference_store} as their schema. */
public final class SourceTopics {
    private final Jdbi jdbi;

    public SourceTopics(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    public Set<String> read() {
        Set<String> topics = new HashSet<>();
        jdbi.useHandle(handle -> handle.createQuery(DeadLetterSql.SOURCES)
                .mapTo(String.class)
                .forEach(sources -> ControlRecordCodec.decodeSources(sources)
                        .forEach(source -> topics.addAll(SourceFormat.topics(source)))));
        return topics;
    }
}
