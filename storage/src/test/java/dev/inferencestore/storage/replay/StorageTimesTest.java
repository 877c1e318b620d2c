package dev.inferencestore.storage.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.replay.OffTimes;
import dev.inferencestore.storage.Servers;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.retention.Unregistering;
import dev.inferencestore.storage.schema.Schema;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class StorageTimesTest {
    @Test
    void everySwitchIsWrittenDownAndNothingElse() {
        DataSource database = Servers.database();
        ModelRegistry models = new ModelRegistry(database);
        register(models);
        switchTo(models, true);
        switchTo(models, true);
        switchTo(models, false);
        switchTo(models, true);
        new Unregistering(database).unregister("m", false, Precondition.none(), "ann");
        register(models);
        switchTo(models, false);
        models.register(new Registration("m", "p", "vision", "renamed", List.of()), Precondition.none(), "ann");

        assertThat(changes(database))
                .containsExactly(
                        "enabled by ann",
                        "disabled by ann",
                        "enabled by ann",
                        "unregistered by ann",
                        "registered_anew by ann");
        assertThat(switches(database, "enabled")).containsExactly("true", "false", "true", "false", "false");
    }

    @Test
    void theTimesAreThoseBetweenTheSwitches() {
        DataSource database = Servers.database();
        ModelRegistry models = new ModelRegistry(database);
        StorageTimes times = new StorageTimes(database);
        register(models);
        long beforeOn = micros(database);
        switchTo(models, true);
        long on = micros(database);
        switchTo(models, false);
        long off = micros(database);
        switchTo(models, true);
        long onAgain = micros(database);

        for (OffTimes loaded : List.of(times.load(), times.load("m"))) {
            assertThat(List.of(beforeOn, on, off, onAgain).stream().map(at -> loaded.isOff("m", at)))
                    .containsExactly(false, false, true, false);
        }
        assertThat(times.load("another").isOff("m", off)).isFalse();
    }

    @Test
    void aSwitchThatIsRefusedIsNotWrittenDown() {
        DataSource database = Servers.database();
        ModelRegistry models = new ModelRegistry(database);

        assertThat(models.switchStorage("nobody", true, Precondition.none(), "ann"))
                .isEmpty();

        assertThat(changes(database)).isEmpty();
    }

    @Test
    void whatTheAuditLogKnowsIsTakenOver() {
        DataSource database = Servers.emptyDatabase();
        Flyway.configure()
                .dataSource(database)
                .schemas(Schema.NAME)
                .defaultSchema(Schema.NAME)
                .locations("classpath:dev/inferencestore/storage/schema")
                .target("7")
                .load()
                .migrate();
        Jdbi.create(database).useHandle(handle -> handle.execute("""
                INSERT INTO audit_log (at, actor, action, model_id, before, after) VALUES
                ('2026-01-01T00:00:00Z', 'ann', 'model.register', 'm', NULL, '{}'),
                ('2026-01-02T00:00:00Z', 'bob', 'storage.enable', 'm', '{}', '{}'),
                ('2026-01-02T12:00:00Z', 'bob', 'model.update', 'm', '{}', '{}'),
                ('2026-01-03T00:00:00Z', 'ann', 'storage.disable', 'm', '{}', '{}'),
                ('2026-01-04T00:00:00Z', 'ann', 'model.unregister', 'm', '{}', '{}'),
                ('2026-01-05T00:00:00Z', 'cid', 'model.register', 'm', '{"deleted": true}', '{}'),
                ('2026-01-05T00:00:00Z', 'cid', 'policy.set', 'm', NULL, '{}')"""));

        Schema.migrate(database);

        assertThat(changes(database))
                .containsExactly("enabled by bob", "disabled by ann", "unregistered by ann", "registered_anew by cid");
        OffTimes times = new StorageTimes(database).load();
        assertThat(times.isOff("m", micros("2026-01-02T23:59:59Z"))).isFalse();
        assertThat(times.isOff("m", micros("2026-01-03T00:00:00Z"))).isTrue();
        assertThat(times.isOff("m", micros("2026-01-04T23:59:59Z"))).isTrue();
        assertThat(times.isOff("m", micros("2026-01-05T00:00:00Z"))).isFalse();
    }

    private static void register(ModelRegistry models) {
        models.register(new Registration("m", "p", "vision", null, List.of()), Precondition.none(), "ann");
    }

    private static void switchTo(ModelRegistry models, boolean enabled) {
        assertThat(models.switchStorage("m", enabled, Precondition.none(), "ann"))
                .isPresent();
    }

    private static List<String> changes(DataSource database) {
        return switches(database, "change || ' by ' || actor");
    }

    private static List<String> switches(DataSource database, String what) {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery(
                        "SELECT (" + what + ")::text FROM storage_switches WHERE model_id = 'm' ORDER BY switch_id")
                .mapTo(String.class)
                .list());
    }

    private static long micros(DataSource database) {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery("SELECT micros(clock_timestamp())")
                .mapTo(Long.class)
                .one());
    }

    private static long micros(String time) {
        return Instant.parse(time).getEpochSecond() * 1_000_000;
    }
}
