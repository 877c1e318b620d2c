package dev.inferencestore.api.relay;

import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.outbox.OutboxBacklog;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.retention.RetentionPolicies;
import dev.inferencestore.storage.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A database, a topic, and what tests of one relay do with them. */
final class RelayStore {
    private final TestServers.Store store;
    private final DataSource database;
    private final ModelRegistry registry;
    private final RetentionPolicies policies;
    private final Feed feed;
    final Topic topic;

    private RelayStore(TestServers.Store store, Feed feed) {
        this.store = store;
        this.feed = feed;
        database = store.database();
        registry = new ModelRegistry(database);
        policies = new RetentionPolicies(database);
        topic = new Topic(store, feed);
        Schema.migrate(database);
    }

    /** For tests of the relay of control records. */
    static RelayStore ofControl() {
        TestServers.Store store = TestServers.newStore();
        return new RelayStore(store, Feed.control(store.topic(), 1));
    }

    /** For tests of the relay of retention events, with a model {@code m}. */
    static RelayStore ofRetentionEvents() {
        TestServers.Store store = TestServers.newStore();
        RelayStore made = new RelayStore(store, Feed.retentionEvents(store.eventsTopic(), 1));
        made.change("m", "model");
        return made;
    }

    Relay start() {
        return Relay.start(settings(), feed);
    }

    /** A relay that waits at the gate when it has read and not published. */
    Relay heldBeforePublish(Gate gate) {
        return new Relay(
                feed,
                () -> PostgresOutbox.open(settings(), feed),
                () -> new GatedPublisher(KafkaPublisher.open(settings(), feed), gate));
    }

    /** A relay that waits at the gate when it has published and not cleared the outbox. */
    Relay heldBeforeDelete(Gate gate) {
        return new Relay(
                feed,
                () -> new GatedOutbox(PostgresOutbox.open(settings(), feed), gate),
                () -> KafkaPublisher.open(settings(), feed));
    }

    /** Changes a model; the version of the change. */
    long change(String modelId, String name) {
        return registry.register(new Registration(modelId, "p", "t", name, List.of()), Precondition.none(), "test")
                .model()
                .version();
    }

    /** Sets the policy of model {@code m}; the version of the policy. */
    long setPolicy() {
        PolicyTerms terms = new PolicyTerms(3600L, 3600L, DeleteAction.HARD, 0);
        return policies.put("m", terms, Precondition.none(), "test")
                .policy()
                .policy()
                .version();
    }

    boolean outboxIsEmpty() {
        return OutboxBacklog.read(database, feed.outbox()).depth() == 0;
    }

    /** Control records on the topic. */
    List<ControlRecord> records() {
        return topic.messages().stream()
                .map(message -> ControlRecordCodec.decode(message.value().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    List<Long> versions() {
        return records().stream().map(ControlRecord::version).toList();
    }

    /** Ends the session of the relay that publishes, as a network or a failover does. */
    boolean endSessionOfTheOne() {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery("""
                        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
                        JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted
                        WHERE a.datname = current_database() AND a.application_name = ?""")
                .bind(0, feed.processName())
                .mapTo(Boolean.class)
                .findFirst()
                .orElse(false));
    }

    private RelaySettings settings() {
        return new RelaySettings(store.url(), store.user(), null, store.bootstrapServers());
    }
}
