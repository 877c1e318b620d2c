package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.retention.Event;
import dev.inferencestore.storage.retention.RetentionStore;
import dev.inferencestore.storage.retention.Writer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A database and a bucket for all tests of a class, each of which has models of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReadTests {
    final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(12));
    RetentionStore store;
    Writer writer;
    Inferences inferences;

    @BeforeAll
    void open() {
        store = new RetentionStore();
        writer = new Writer(store);
        inferences = new Inferences(store.database);
    }

    @AfterAll
    void close() {
        store.close();
    }

    /** An event time: minutes after a full hour of half a day ago. */
    Instant at(int minutes) {
        return start.plus(Duration.ofMinutes(minutes));
    }

    void stored(String model, Event... events) throws Exception {
        store.register(model);
        writer.store(model, events);
    }

    static InferenceQuery all(int limit) {
        return new InferenceQuery(InferenceFilter.ALL, null, false, null, limit);
    }

    static InferenceQuery query(InferenceFilter filter, @Nullable Part part, boolean newestFirst, int limit) {
        return new InferenceQuery(filter, part, newestFirst, null, limit);
    }

    /** All pages, one after another. */
    List<StoredInference> list(String model, InferenceQuery query) {
        List<StoredInference> found = new ArrayList<>();
        InferencePage page = inferences.page(model, query, Budget.ofOneCall());
        found.addAll(page.items());
        while (page.next() != null) {
            page = inferences.page(model, query.from(page.next()), Budget.ofOneCall());
            found.addAll(page.items());
        }
        return found;
    }

    /** The ids of all pages. */
    List<String> ids(String model, InferenceQuery query) {
        return list(model, query).stream()
                .map(found -> found.place().inferenceId())
                .toList();
    }

    List<String> ids(String model, InferenceFilter filter) {
        return ids(model, query(filter, null, false, 100));
    }

    long count(String model, InferenceFilter filter) {
        long sum = 0;
        InferenceCount count = inferences.count(model, query(filter, null, false, 1), Budget.ofOneCall());
        sum += count.count();
        while (count.next() != null) {
            count = inferences.count(model, query(filter, null, false, 1).from(count.next()), Budget.ofOneCall());
            sum += count.count();
        }
        return sum;
    }
}
