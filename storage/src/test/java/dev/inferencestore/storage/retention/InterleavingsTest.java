package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.Servers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Whatever meets: nothing is lost that should stay, nothing is kept that should go. One test for each of the list. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterleavingsTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<List<Action>, Map<String, String>> serial = new HashMap<>();
    private RetentionStore store;
    private Planner planner;
    private Meeting meeting;
    private int models;

    @BeforeAll
    void open() throws Exception {
        DataSource database = Servers.database();
        // Nothing is asked of a server that dies.
        Jdbi.create(database)
                .useHandle(handle -> handle.execute("DO $$ BEGIN EXECUTE format("
                        + "'ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$"));
        store = new RetentionStore(new Reused(database).source());
        store.settings = new RunSettings(100, 100, 1, Duration.ofDays(7), Duration.ZERO);
        planner = new Planner(store.database, Duration.ZERO);
        meeting = new Meeting(store.database, threads);
    }

    @AfterAll
    void close() throws Exception {
        meeting.close();
        store.close();
        threads.shutdownNow();
    }

    /** Those whose name a pattern meets, where one is given. */
    @TestFactory
    Stream<DynamicTest> interleavings() {
        String only = System.getProperty("interleavings.only", ".*");
        return Interleavings.all().stream()
                .filter(each -> each.test().matches(only))
                .map(each -> DynamicTest.dynamicTest(each.test(), () -> meet(each)));
    }

    private void meet(Interleaving each) throws Exception {
        Scene scene = Staging.stage(store, "m" + models++, each.held(), each.other());
        Meeting.Course course = meeting.of(each, scene);
        scene.workOff(planner);

        Map<String, String> end = Standing.of(scene, course.held(), course.other());
        new Wholeness(scene).check();
        Outcomes.check(each, end, serial(each.held(), each.other()), swapped(serial(each.other(), each.held())));
        assertThat(course.waited()).as("for what the other waited").isEqualTo(Meeting.waits(each.decides()));
    }

    /** What is there when two actions come one after the other. */
    private Map<String, String> serial(Action first, Action second) throws Exception {
        Map<String, String> known = serial.get(List.of(first, second));
        if (known != null) {
            return known;
        }
        Scene scene = Staging.stage(store, "m" + models++, first, second);
        String one = first.run(scene, store.database);
        String two = second.run(scene, store.database);
        scene.workOff(planner);
        new Wholeness(scene).check();
        Map<String, String> end = Standing.of(scene, one, two);
        serial.put(List.of(first, second), end);
        return end;
    }

    private static Map<String, String> swapped(Map<String, String> end) {
        Map<String, String> swapped = new HashMap<>(end);
        swapped.put(Standing.HELD, end.get(Standing.OTHER));
        swapped.put(Standing.OTHER, end.get(Standing.HELD));
        return swapped;
    }
}
