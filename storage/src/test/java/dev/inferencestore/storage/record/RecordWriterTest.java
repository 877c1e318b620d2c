package dev.inferencestore.storage.record;

import static dev.inferencestore.storage.record.Rows.NOON;
import static dev.inferencestore.storage.record.Rows.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordWriterTest extends FlushTests {

    @Test
    void aSegmentAndItsRowsAreStoredWithEverythingTheyCarry() throws SQLException {
        FlushResult result = flush(rows.withInput("m", "i", NOON, "hello"), rows.plain("n", "j", NOON, "x"));

        assertThat(result.inserted()).isEqualTo(2);
        assertThat(result.unreferenced()).isEmpty();
        assertThat(
                        one(
                                "SELECT model_id || ' ' || inference_id || ' ' || part || ' ' || action || ' '"
                                        + " || convert_from(output, 'UTF8') || ' ' || output_content_type || ' ' || (metadata->>'camera')"
                                        + " || ' ' || input_size || ' ' || encode(input_sha256, 'hex') || ' ' || input_offset || ' '"
                                        + " || status_code || ' ' || source || ' ' || duration_micros FROM inferences WHERE model_id = 'm'"))
                .isEqualTo("m i both detect hello application/json hello 5 "
                        + "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 512 200 /s 7");
        assertThat(number(
                        "SELECT (extract(epoch FROM created_at) * 1000000)::bigint FROM inferences WHERE model_id='m'"))
                .isEqualTo(NOON);
        assertThat(one("SELECT s.state || s.kind FROM inferences i JOIN segments s ON s.segment_id = i.input_segment"))
                .isEqualTo("storedinput");
        assertThat(one("SELECT records || ' ' || inputs || ' ' || bytes FROM model_hours WHERE model_id = 'm'"))
                .isEqualTo("1 1 5");
        assertThat(one("SELECT records || ' ' || inputs || ' ' || bytes FROM model_hours WHERE model_id = 'n'"))
                .isEqualTo("1 0 0");
    }

    @Test
    void storingTheSameAgainChangesNothingAndSaysWhichObjectsNobodyNeeds() throws SQLException {
        StoredBatch first = rows.withInput("m", "i", NOON, "hello");
        StoredBatch again = rows.withInput("m", "i", NOON, "hello");
        flush(first);
        String before = everything();

        FlushResult result = flush(again);

        assertThat(result.alreadyThere()).isEqualTo(1);
        assertThat(result.unreferenced())
                .containsExactly(again.segments().get(0).objectKey());
        assertThat(everything()).isEqualTo(before);
        assertThat(ingest()).isEqualTo(Map.of("inserted", 1L, "already_there", 1L));
    }

    @Test
    void anAttemptThatWasCommittedAfterAllDoesNotGiveItsObjectAway() throws SQLException {
        StoredBatch batch = rows.withInput("m", "i", NOON, "hello");
        flush(batch);

        assertThat(flush(batch).unreferenced()).isEmpty();
    }

    @Test
    void theSameKeyWithOtherContentIsKeptAside() throws SQLException {
        flush(rows.withInput("m", "i", NOON, "hello"));
        StoredBatch other = rows.withInput("m", "i", NOON, "other");

        FlushResult result = flush(other);

        assertThat(result.conflicting()).isEqualTo(1);
        assertThat(one("SELECT convert_from(output, 'UTF8') FROM inferences")).isEqualTo("hello");
        assertThat(one("SELECT convert_from(c.output, 'UTF8') || s.state FROM inference_conflicts c"
                        + " JOIN segments s ON s.segment_id = c.input_segment"))
                .isEqualTo("otherstored");
        StoredBatch otherAgain = rows.withInput("m", "i", NOON, "other");
        assertThat(flush(otherAgain).unreferenced())
                .containsExactly(otherAgain.segments().get(0).objectKey());
        assertThat(number("SELECT count(*) FROM inference_conflicts")).isEqualTo(1);
    }

    @Test
    void twoOtherContentsUnderOneKeyAreBothKeptWithTheirObjects() throws SQLException {
        flush(rows.withInput("m", "i", NOON, "first"));
        flush(rows.withInput("m", "i", NOON, "second"));

        StoredBatch secondAgain = rows.withInput("m", "i", NOON, "second");
        FlushResult result =
                flush(secondAgain, rows.withInput("m", "i", NOON, "third"), rows.withInput("m", "i", NOON, "fourth"));

        assertThat(result.conflicting()).isEqualTo(3);
        assertThat(result.unreferenced())
                .containsExactly(secondAgain.segments().get(0).objectKey());
        assertThat(one("SELECT string_agg(convert_from(c.output, 'UTF8'), ',' ORDER BY c.output)"
                        + " FROM inference_conflicts c JOIN segments s ON s.segment_id = c.input_segment"))
                .isEqualTo("fourth,second,third");
    }

    @Test
    void oneKeyTwiceInAFlushIsOneRow() throws SQLException {
        StoredBatch batch = rows.withInput("m", "i", NOON, "hello");

        FlushResult result =
                flush(Rows.joined(batch, rows.withInput("m", "i", NOON, "hello")), rows.plain("m", "i", NOON, "other"));

        assertThat(result.inserted()).isEqualTo(1);
        assertThat(result.alreadyThere() + result.conflicting()).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM inferences")).isEqualTo(1);
        assertThat(number("SELECT sum(records) FROM model_hours")).isEqualTo(1);
    }

    @Test
    void whatIsBelowTheHardFloorIsRefusedAndItsBytesAreToBeScrubbed() throws SQLException {
        execute(
                "UPDATE floors SET record_visible = to_timestamp(1772366400.5), record_hard = to_timestamp(1772366400.5),"
                        + " blob_visible = to_timestamp(1772366402), blob_hard = to_timestamp(1772366402) WHERE model_id = 'm'");
        StoredBatch mixed = Rows.joined(
                rows.withInput("m", "above", NOON + 5 * SECOND, "a"), rows.withInput("m", "below", NOON, "b"));
        StoredBatch expired = rows.withInput("m", "only-record", NOON + SECOND, "c");

        FlushResult result = flush(mixed, expired);

        assertThat(result.inserted()).isEqualTo(2);
        assertThat(result.refused()).isEqualTo(Map.of("below_floor", 1L));
        assertThat(result.withoutInput()).isEqualTo(1);
        assertThat(result.unreferenced())
                .containsExactly(expired.segments().get(0).objectKey());
        assertThat(one("SELECT string_agg(inference_id || ' ' || (input_segment IS NULL) || ' ' || input_size, ', '"
                        + " ORDER BY inference_id) FROM inferences"))
                .isEqualTo("above false 1, only-record true 1");
        assertThat(one("SELECT state FROM segments")).isEqualTo("to_scrub");
    }

    @Test
    void anEarlierGenerationAndAnErasedIdAreRefused() throws SQLException {
        execute("UPDATE floors SET generation = 2 WHERE model_id = 'n'");
        execute("INSERT INTO tombstones VALUES ('m', 'i', to_timestamp(" + NOON + " / 1e6) + interval '1 second')");

        FlushResult result = flush(
                rows.plain("n", "i", NOON, "x"),
                rows.plain("m", "i", NOON, "x"),
                rows.plain("m", "i", NOON + 2 * SECOND, "later"),
                rows.plain("m", "other", NOON, "x"),
                rows.plain("gone", "i", NOON, "x"));

        assertThat(result.refused()).isEqualTo(Map.of("registered_anew", 2L, "erased", 1L));
        assertThat(one("SELECT string_agg(inference_id, ',' ORDER BY inference_id) FROM inferences"))
                .isEqualTo("i,other");
    }

    @Test
    void aSegmentThatWasSweptStopsTheFlushAndNothingIsStored() throws SQLException {
        StoredBatch batch = rows.withInput("m", "i", NOON, "x");
        execute("INSERT INTO segments VALUES ('" + batch.segments().get(0).segmentId()
                + "', 'm', 'input', 'swept', 'k', 0, 1, now(), now(), 1)");

        assertThatThrownBy(() -> flush(batch)).isInstanceOf(SegmentSweptException.class);

        assertThat(number("SELECT count(*) FROM inferences")).isZero();
    }

    @Test
    void theViewShowsWhatIsAboveTheVisibleFloors() throws SQLException {
        flush(
                rows.withInput("m", "a", NOON, "a"),
                rows.withInput("m", "b", NOON + 10 * SECOND, "b"),
                rows.withInput("m", "c", NOON + 20 * SECOND, "c"),
                rows.plain("m", "d", NOON + 30 * SECOND, "d"));
        execute("UPDATE floors SET record_visible = to_timestamp(1772366405), blob_visible = to_timestamp(1772366415)"
                + " WHERE model_id = 'm'");

        assertThat(one("SELECT string_agg(inference_id || ' ' || input_state, ', ' ORDER BY inference_id)"
                        + " FROM visible_inferences"))
                .isEqualTo("b expired, c available, d none");
    }
}
