package dev.inferencestore.job.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.job.Databases;
import dev.inferencestore.job.segment.FakeObjects;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.retention.Planner;
import dev.inferencestore.storage.retention.RetentionPolicies;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** What housekeeping does without being asked; the database is a real one. */
class HousekeepingTest {
    private final DataSource database = Databases.fresh();

    @Test
    void aModelThatADefaultHasNotReachedTakesIt() {
        new ModelRegistry(database)
                .register(new Registration("m", "p", "t", null, List.of()), Precondition.none(), "test");
        Jdbi.create(database)
                .useHandle(handle -> handle.execute("INSERT INTO default_policies VALUES ('p', gen_random_uuid(), 1, 7,"
                        + " false, 60, 60, 'hard', 60, now(), now())"));
        RetentionPolicies policies = new RetentionPolicies(database);

        try (Housekeeping housekeeping = housekeeping()) {
            housekeeping.start();

            Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
            while (policies.find("m").isEmpty()) {
                assertThat(Instant.now()).isBefore(deadline);
            }
        }
        assertThat(policies.find("m").orElseThrow().inherited()).isTrue();
    }

    private Housekeeping housekeeping() {
        Planner planner = new Planner(database, Duration.ofDays(7));
        return new Housekeeping(
                database,
                new FakeObjects(),
                planner,
                new Lateness(planner, Clock.systemUTC()),
                new Housekeeping.Limits(
                        "inputs", Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1)));
    }
}
