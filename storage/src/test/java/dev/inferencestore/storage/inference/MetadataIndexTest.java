package dev.inferencestore.storage.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.filter.MetadataCondition.Operator;
import dev.inferencestore.domain.filter.MetadataCondition.ValueType;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.retention.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An index answers as going over all rows does, is used, and never stands in the way of storing. */
class MetadataIndexTest extends ReadTests {
    private IndexBuilder builder;
    private MetadataIndexes indexes;

    @BeforeAll
    void openIndexes() {
        builder = new IndexBuilder(store.database);
        indexes = new MetadataIndexes(store.database);
    }

    @Test
    void itAnswersAsGoingOverAllRowsDoes() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String value =
                    List.of("5", "5.0", "\"5\"", "[5]", "null", "true", "6").get(i % 7);
            events.add(Event.at("id-" + i, at(i)).metadata("{\"k\":" + value + ",\"n\":" + i + "}"));
        }
        // Weeks ago: another partition.
        events.add(Event.at("old", at(0).minus(Duration.ofDays(40))).metadata("{\"k\":5}"));
        stored("indexed", events.toArray(Event[]::new));
        stored("other", Event.at("x", at(0)).metadata("{\"k\":5}"));
        List<InferenceFilter> filters = List.of(
                where(Operator.EQ, "5"),
                where(Operator.EQ, "\"5\""),
                where(Operator.IN, "6", "5", "5.00", "true"),
                where(Operator.EQ, "7"));
        List<List<String>> without =
                filters.stream().map(each -> ids("indexed", each)).toList();

        indexes.put("indexed", "k", "ann");
        assertThat(indexes.read("indexed", "k").state()).isEqualTo(MetadataIndex.State.BUILDING);
        builder.work();

        assertThat(indexes.read("indexed", "k").state()).isEqualTo(MetadataIndex.State.READY);
        for (int i = 0; i < filters.size(); i++) {
            InferenceFilter filter = filters.get(i);
            assertThat(ids("indexed", query(filter, null, false, 7))).isEqualTo(without.get(i));
            assertThat(ids("indexed", query(filter, null, true, 1000)).stream().sorted())
                    .isEqualTo(without.get(i).stream().sorted().toList());
            assertThat(count("indexed", filter)).isEqualTo(without.get(i).size());
        }
        assertThat(without.get(0)).hasSize(59).startsWith("old");
        assertThat(ids("other", filters.get(0))).containsExactly("x");
    }

    @Test
    void whatIsFoundByItCostsNoMoreThanWhatIsFound() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            events.add(Event.at("id-" + i, at(0).plusMillis(i)).withoutInput().metadata("{\"k\":" + (i % 1500) + "}"));
        }
        stored("rare", events.toArray(Event[]::new));
        Budget little = new Budget(50, Duration.ofSeconds(60), System::nanoTime);
        assertThat(inferences
                        .page("rare", query(where(Operator.EQ, "1499"), null, true, 10), little)
                        .items())
                .hasSize(1);

        indexes.put("rare", "k", "ann");
        builder.work();

        Budget asLittle = new Budget(50, Duration.ofSeconds(60), System::nanoTime);
        InferencePage page = inferences.page("rare", query(where(Operator.EQ, "1499"), null, true, 10), asLittle);
        assertThat(page.items()).hasSize(2);
        assertThat(page.next()).isNull();
        String plan = store.jdbi.withHandle(handle -> String.join(
                "\n",
                handle.createQuery("EXPLAIN SELECT * FROM inferences i WHERE i.model_id = 'rare'"
                                + " AND (i.metadata -> 'k') IS NOT NULL AND jsonb_hash_extended(i.metadata -> 'k', 0)"
                                + " = jsonb_hash_extended('1499', 0) ORDER BY created_at LIMIT 10")
                        .mapTo(String.class)
                        .list()));
        assertThat(plan).contains("Index Scan").contains("jsonb_hash");
    }

    @Test
    void valuesOfAnyLengthAreStillStored() throws Exception {
        stored("long", Event.at("a", at(0)));
        indexes.put("long", "k", "ann");
        builder.work();

        writer.store("long", Event.at("b", at(1)).metadata("{\"k\":\"" + "x".repeat(60_000) + "\"}"));
        // A week that has no partition yet gets its part of the index with it.
        writer.store("long", Event.at("c", at(0).minus(Duration.ofDays(100))).metadata("{\"k\":1}"));

        assertThat(ids("long", where(Operator.EQ, "\"" + "x".repeat(60_000) + "\"")))
                .containsExactly("b");
        assertThat(ids("long", where(Operator.EQ, "1"))).containsExactly("c");
    }

    @Test
    void itIsDroppedAndABuilderThatDiedIsGoneOverAgain() throws Exception {
        stored("drop", Event.at("a", at(0)).metadata("{\"k\":1}"));
        indexes.put("drop", "k", "ann");
        long id = indexes.read("drop", "k").id();
        // What one leaves that dies between making a part and attaching it.
        store.execute("CREATE INDEX metadata_" + id + "_inferences_default ON inferences_default (model_id)");
        builder.work();
        assertThat(indexes.read("drop", "k").state()).isEqualTo(MetadataIndex.State.READY);
        assertThat(ids("drop", where(Operator.EQ, "1"))).containsExactly("a");

        assertThat(indexes.put("drop", "k", "ann").created()).isFalse();
        indexes.delete("drop", "k", "ann");
        assertThatThrownBy(() -> indexes.read("drop", "k")).isInstanceOf(NotFound.class);
        assertThat(ids("drop", where(Operator.EQ, "1"))).containsExactly("a");
        builder.work();

        assertThat(store.number("SELECT count(*) FROM pg_class WHERE relname LIKE 'metadata\\_" + id + "%'"))
                .isZero();
        assertThat(indexes.put("drop", "k", "ann").created()).isTrue();
    }

    @Test
    void thereAreSoManyOfAModel() throws Exception {
        stored("many", Event.at("a", at(0)));
        for (int i = 0; i < 8; i++) {
            indexes.put("many", "k" + i, "ann");
        }
        assertThatThrownBy(() -> indexes.put("many", "k8", "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("8 metadata indexes");
        assertThatThrownBy(() -> indexes.put("nobody", "k", "ann")).isInstanceOf(NotFound.class);
        for (int i = 0; i < 8; i++) {
            indexes.delete("many", "k" + i, "ann");
        }
    }

    private static InferenceFilter where(Operator operator, String... values) {
        MetadataCondition condition = new MetadataCondition("k", operator, ValueType.JSON, List.of(values));
        return new InferenceFilter(List.of(), null, null, null, null, List.of(condition), null);
    }
}
