package dev.inferencestore.api.relay;

import dev.inferencestore.api.TestServers;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.OutboxBacklog;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.schema.Schema;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A database, a topic, and what tests of the relay do with them. */
final class RelayStore {
    final TestServers.Store store = TestServers.newStore();
    final ControlTopic topic = new ControlTopic(store);
    private final DataSource database = store.database();
    private final ModelRegistry registry = new ModelRegistry(database);

    RelayStore() {
        Schema.migrate(database);
    }

    RelaySettings settings() {
        return new RelaySettings(store.url(), store.user(), null, store.bootstrapServers(), store.topic(), 1);
    }

    /** Changes a model; the version of the change. */
    long change(String modelId, String name) {
        return registry.register(new Registration(modelId, "p", "t", name, List.of()), Precondition.none(), "test")
                .model()
                .version();
    }

    boolean outboxIsEmpty() {
        return OutboxBacklog.read(database).depth() == 0;
    }

    /** Ends the session of the relay that publishes, as a network or a failover does. */
    boolean endSessionOfTheOne() {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery("""
                        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
                        JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted
                        WHERE a.datname = current_database() AND a.application_name = ?""")
                .bind(0, PostgresOutbox.APPLICATION)
                .mapTo(Boolean.class)
                .findFirst()
                .orElse(false));
    }
}
