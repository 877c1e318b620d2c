package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.Query;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A hold of a few of many rows costs little: what is asked of each row is found by an index, and segments by their times. */
class HoldPlansTest extends HoldTests {
    private static final int ROWS = 20_000;

    @BeforeAll
    void fillMany() {
        store.register("many");
        // A segment a minute, each of a hundred rows.
        store.execute(
                "INSERT INTO segments (segment_id, model_id, kind, state, object_key, base_offset, length,"
                        + " min_created_at, max_created_at, entries) SELECT md5('s' || m)::uuid, 'many', 'input', 'stored',"
                        + " 'k' || m, 0, 1000, '" + start + "'::timestamptz + m * interval '1 minute', '" + start
                        + "'::timestamptz + m * interval '1 minute' + interval '59 seconds', 100 FROM generate_series(0, 199) m");
        store.execute("INSERT INTO inferences (model_id, inference_id, created_at, part, input_size, input_segment,"
                + " input_offset, fingerprint) SELECT 'many', 'i' || n, '" + start
                + "'::timestamptz + n * interval '600 milliseconds', 'both', 5, md5('s' || n / 100)::uuid, 512, ''"
                + " FROM generate_series(0, 19999) n");
        store.execute("INSERT INTO model_hours SELECT model_id, date_trunc('hour', created_at), 0, count(*), count(*),"
                + " 5 * count(*), min(created_at), max(created_at) FROM inferences GROUP BY 1, 2");
        holds.place("many", "ids", "a case", ids("i7", "i1007", "i2007", "i3007", "i4007"), "ann");
        for (int i = 0; i < 5; i++) {
            holds.place("many", "time" + i, "a case", time(at(i, 5), at(i, 6)), "ann");
        }
        // As from a model of many cases, each about one inference.
        store.execute(
                "INSERT INTO holds (model_id, hold_id, reason, scope, record_floor, blob_floor, placed_by, placed_at)"
                        + " SELECT 'many', 'case' || n, '', 'inferences', '-infinity', '-infinity', '', now()"
                        + " FROM generate_series(1, 1000) n");
        store.execute("INSERT INTO hold_inferences SELECT hold_seq, model_id, 'i' || hold_seq FROM holds"
                + " WHERE hold_id LIKE 'case%'");
        store.execute("ANALYZE");
    }

    static Stream<String> ofEachRow() {
        return Stream.of(
                HeldSql.FREE_INPUTS,
                SliceSql.LET_GO_OF_INPUTS_OF_ROWS,
                HeldSql.DELETE_FREE_RECORDS,
                "SELECT count(input_state) FROM visible_inferences WHERE model_id = :modelId AND created_at >= at_micros(:from)");
    }

    /** A row, its place in an index, the holds of its time and its segment: what is read for each, in pages of the cache. */
    @ParameterizedTest
    @MethodSource("ofEachRow")
    void whatIsAskedOfEachRowIsFoundByAnIndex(String sql) {
        assertThat(pages(sql)).isLessThan(15L * ROWS);
    }

    static Stream<String> ofEachHoldOrSegment() {
        return Stream.of(
                SliceSql.CLAIM_INPUTS_BUT_HELD,
                SliceSql.CLAIM_OUTPUTS_BUT_HELD,
                SliceSql.CLAIM_PARTS,
                SliceSql.LET_GO_OF_INPUTS_OF_CONFLICTS,
                SliceSql.DELETE_CONFLICTS,
                HeldSql.SUM_IDS,
                HeldSql.LEFT_BEHIND,
                HeldSql.LATEST,
                HeldSql.LATEST_LIFTED,
                HeldSql.TIMES,
                HeldSql.NAMES_IDS,
                "SELECT * FROM visible_inferences WHERE model_id = :modelId AND inference_id = 'i9'",
                "SELECT * FROM visible_inferences WHERE model_id = :modelId ORDER BY created_at LIMIT 100");
    }

    @ParameterizedTest
    @MethodSource("ofEachHoldOrSegment")
    void whatIsAskedOfHoldsAndSegmentsDoesNotReadTheRows(String sql) {
        assertThat(pages(sql)).isLessThan(ROWS);
    }

    /** How many pages a statement reads, each as often as it does. */
    private long pages(String sql) {
        return store.jdbi.withHandle(handle -> {
            handle.begin();
            // A segment in ten is to be overwritten.
            handle.execute("UPDATE segments SET state = 'to_scrub' WHERE model_id = 'many' AND object_key LIKE '%7'");
            Query query = handle.createQuery("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + sql);
            bind(query, sql, "modelId", "many");
            bind(query, sql, "from", RetentionStore.micros(start));
            bind(query, sql, "to", RetentionStore.micros(at(4, 0)));
            bind(query, sql, "hourEnd", RetentionStore.micros(at(4, 0)));
            bind(query, sql, "kind", "input");
            bind(query, sql, "holdsUpto", 1_000_000L);
            String plan = String.join("\n", query.mapTo(String.class).list());
            handle.rollback();
            Matcher pages = Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?")
                    .matcher(plan);
            assertThat(pages.find()).as(plan).isTrue();
            return Long.parseLong(pages.group(1)) + (pages.group(2) == null ? 0 : Long.parseLong(pages.group(2)));
        });
    }

    private static void bind(Query query, String sql, String name, Object value) {
        if (sql.contains(":" + name)) {
            query.bind(name, value);
        }
    }
}
