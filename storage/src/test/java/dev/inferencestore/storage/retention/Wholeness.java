package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.record.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** What holds of every model at rest, whatever happened to it: rows, segments, objects and sums say the same. */
final class Wholeness {
    private static final String ROWS = """
            SELECT i.inference_id, i.input_sha256, s.object_key, s.base_offset + i.input_offset AS at, i.input_size
            FROM (SELECT model_id, inference_id, input_sha256, input_segment, input_offset, input_size FROM inferences
                  UNION ALL
                  SELECT model_id, inference_id, input_sha256, input_segment, input_offset, input_size
                  FROM inference_conflicts) i
            JOIN segments s ON s.segment_id = i.input_segment WHERE i.model_id = :modelId
            """;

    /** Above the floor, or held when nothing of it had been claimed, an input is there or is not named. */
    private static final String WITHOUT_BYTES = """
            SELECT count(*) FROM inferences i JOIN floors f USING (model_id)
            WHERE model_id = :modelId
              AND ((i.input_segment IS NOT NULL AND i.created_at >= f.blob_hard
                    AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment))
                OR (i.output_segment IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.output_segment)))
            """;

    private static final String UNNAMED = """
            SELECT count(*) FROM segments s
            WHERE s.model_id = :modelId
              AND NOT EXISTS (SELECT 1 FROM inferences i WHERE i.model_id = s.model_id
                              AND s.segment_id IN (i.input_segment, i.output_segment))
              AND NOT EXISTS (SELECT 1 FROM inference_conflicts i WHERE i.model_id = s.model_id
                              AND s.segment_id IN (i.input_segment, i.output_segment))
            """;

    private static final String WRONG_SUMS = """
            SELECT count(*) FROM (
                SELECT date_trunc('hour', i.created_at) AS hour, count(*) AS records, count(s.segment_id) AS inputs,
                       coalesce(sum(i.input_size) FILTER (WHERE s.segment_id IS NOT NULL), 0) AS bytes
                FROM inferences i LEFT JOIN segments s ON s.segment_id = i.input_segment
                WHERE i.model_id = :modelId GROUP BY 1) r
            FULL JOIN (SELECT hour, sum(records) AS records, sum(inputs) AS inputs, sum(bytes) AS bytes
                       FROM model_hours WHERE model_id = :modelId GROUP BY 1) h USING (hour)
            WHERE (coalesce(r.records, 0), coalesce(r.inputs, 0), coalesce(r.bytes, 0))
                  IS DISTINCT FROM (coalesce(h.records, 0), coalesce(h.inputs, 0), coalesce(h.bytes, 0))
            """;

    private static final String LEFT_OVER = """
            SELECT (SELECT count(*) FROM retention_claims WHERE model_id = :modelId)
                 + (SELECT count(*) FROM erased_inferences WHERE model_id = :modelId AND removed_at IS NULL)
                 + (SELECT count(*) FROM segments WHERE model_id = :modelId AND state <> 'stored')
                 + (SELECT count(*) FROM retention_tasks WHERE model_id = :modelId AND state IN ('pending', 'running'))
                 + (SELECT count(*) FROM retention_tasks WHERE model_id = :modelId AND state = 'failed')
                 + (SELECT count(*) FROM holds WHERE model_id = :modelId AND lifted_seq IS NOT NULL)
                 + (SELECT count(*) FROM models WHERE model_id = :modelId AND deleting)
            """;

    private static final String KEPT = """
            SELECT count(*) FROM visible_inferences
            WHERE model_id = :modelId AND inference_id = 'held' AND input_state = 'held'
            """;

    private final Scene scene;
    private final Fingerprint fingerprint = new Fingerprint();

    Wholeness(Scene scene) {
        this.scene = scene;
    }

    void check() {
        Map<String, byte[]> objects = new HashMap<>();
        for (String key : scene.store.keys(scene.model)) {
            objects.put(key, scene.store.objects.readAll(key).orElseThrow().bytes());
        }
        Set<String> there = inputs(objects);
        assertThat(number(KEPT)).as("what is held").isEqualTo(scene.keeps ? 1 : 0);
        assertThat(number(WITHOUT_BYTES)).as("rows without their bytes").isZero();
        assertThat(number(UNNAMED)).as("segments that no row names").isZero();
        assertThat(number(WRONG_SUMS))
                .as("hours whose sums are not those of the rows")
                .isZero();
        assertThat(number(LEFT_OVER)).as("work left over").isZero();
        assertThat(objects.keySet())
                .as("objects, and those that segments name")
                .containsExactlyInAnyOrderElementsOf(scene.store.jdbi.withHandle(handle -> handle.createQuery(
                                "SELECT DISTINCT object_key FROM segments WHERE model_id = :modelId")
                        .bind("modelId", scene.model)
                        .mapTo(String.class)
                        .list()));
        StringBuilder bucket = new StringBuilder();
        objects.values().forEach(bytes -> bucket.append(new String(bytes, StandardCharsets.ISO_8859_1)));
        assertThat(scene.texts)
                .allSatisfy(text -> assertThat(bucket.indexOf(text) >= 0 && !there.contains(sha(bytes(text))))
                        .as("'%s' is in an object and no row's", text)
                        .isFalse());
    }

    /** Reads every input that a row names, and returns their hashes. */
    private Set<String> inputs(Map<String, byte[]> objects) {
        Set<String> hashes = new HashSet<>();
        scene.store.jdbi.useHandle(handle -> handle.createQuery(ROWS)
                .bind("modelId", scene.model)
                .map((row, context) -> {
                    String expected = HexFormat.of().formatHex(row.getBytes("input_sha256"));
                    int at = row.getInt("at");
                    byte[] object = objects.getOrDefault(row.getString("object_key"), new byte[0]);
                    byte[] read = Arrays.copyOfRange(object, at, at + row.getInt("input_size"));
                    assertThat(sha(read))
                            .as("input of '%s'", row.getString("inference_id"))
                            .isEqualTo(expected);
                    return hashes.add(expected);
                })
                .list());
        return hashes;
    }

    private String sha(byte[] content) {
        return HexFormat.of().formatHex(fingerprint.of(content));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private long number(String sql) {
        return scene.store.jdbi.withHandle(handle -> handle.createQuery(sql)
                .bind("modelId", scene.model)
                .mapTo(Long.class)
                .one());
    }
}
