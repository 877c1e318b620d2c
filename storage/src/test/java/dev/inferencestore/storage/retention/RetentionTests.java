package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.DeleteAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * A database and a bucket for all tests of a class, each of which has models of its own. Event times are hours and
 * minutes after a full hour of half a day ago; ages are chosen so that cutoffs fall where a test wants them, a few
 * seconds late at most.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RetentionTests {
    final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(12));
    RetentionStore store;
    Writer writer;

    @BeforeAll
    void open() {
        store = new RetentionStore();
        writer = new Writer(store);
    }

    @AfterAll
    void close() {
        store.close();
    }

    /** An event time. */
    Instant at(int hour, int minute) {
        return start.plus(Duration.ofHours(hour)).plus(Duration.ofMinutes(minute));
    }

    /** The age that is over, just now, for what is older than an event time. */
    Duration ageTo(Instant cutoff) {
        return Duration.ofSeconds(Duration.between(cutoff, Instant.now()).toSeconds());
    }

    /** A policy by which both go below an event time, with manual runs only. */
    PolicyChange policy(String model, DeleteAction action, Instant cutoff) {
        return policy(model, action, cutoff, cutoff);
    }

    /** A policy with manual runs only; null keeps. */
    PolicyChange policy(String model, DeleteAction action, Instant records, Instant inputs) {
        return store.policy(
                model,
                records == null ? null : ageTo(records),
                inputs == null ? null : ageTo(inputs),
                action,
                Duration.ZERO);
    }

    /** Ends the grace period of every SOFT task of a model, makes the purges that are due and does them. */
    void purge(String model) {
        endGrace(model);
        store.plan(model);
        store.work(model);
    }

    void endGrace(String model) {
        store.execute(
                "UPDATE retention_tasks SET restorable_until = clock_timestamp() - interval '1 hour' WHERE model_id = '"
                        + model + "' AND restorable_until IS NOT NULL");
    }

    long tasks(String model, String where) {
        return store.number("SELECT count(*) FROM retention_tasks WHERE model_id = '" + model + "' AND " + where);
    }

    Task only(String model, String where) {
        String id = store.jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT task_id::text FROM retention_tasks WHERE model_id = '" + model + "' AND " + where)
                .mapTo(String.class)
                .one());
        return store.tasks.read(model, id);
    }

    long segments(String model) {
        return store.number("SELECT count(*) FROM segments WHERE model_id = '" + model + "'");
    }

    long unfinished(String model) {
        return store.number("SELECT (SELECT count(*) FROM segments WHERE state <> 'stored' AND model_id = '" + model
                + "') + (SELECT count(*) FROM retention_claims WHERE model_id = '" + model + "')");
    }

    /** Every byte of every object of a model. */
    String bucket(String model) {
        return store.keys(model).stream()
                .map(key -> new String(store.objects.readAll(key).orElseThrow().bytes(), StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining());
    }

    /** As if a run of this owner had not been heard of for long. */
    void endLease(String model) {
        store.execute("UPDATE retention_leases SET until = clock_timestamp() - interval '1 second' WHERE model_id = '"
                + model + "'");
    }

    /** A model with six inferences in five hours; the fourth and the fifth share a segment. */
    void storeSix(String model) throws Exception {
        store.register(model);
        writer.store(
                model,
                Event.at("a", at(0, 10)),
                Event.at("b", at(1, 10)),
                Event.at("c", at(2, 10)),
                Event.at("d", at(3, 10)),
                Event.at("e", at(3, 50)),
                Event.at("f", at(4, 10)));
    }
}
