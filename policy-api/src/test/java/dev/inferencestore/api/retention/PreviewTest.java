package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreviewTest {
    private static RetentionApi api;

    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
    private final Instant older = hour.minus(Duration.ofHours(50));
    private final Instant old = hour.minus(Duration.ofHours(29)).minus(Duration.ofMinutes(30));
    private final Instant young = hour.minus(Duration.ofHours(2)).minus(Duration.ofMinutes(50));

    private final String model = api.model();

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void storeThree() {
        store("a", older, "'00000000-0000-0000-0000-000000000001', 100");
        store("b", old, "null, null");
        store("c", young, "'00000000-0000-0000-0000-000000000001', 20");
    }

    @Test
    void itSaysWhatWouldGoAndChangesNothing() {
        var before = api.tables();

        JsonNode preview = preview("""
                {"maximum_record_age": 24, "maximum_blob_age": 24, "delete_action": "hard"}""");

        assertThat(preview.at("/matched/records").asLong()).isEqualTo(2);
        assertThat(preview.at("/matched/blobs").asLong()).isEqualTo(1);
        assertThat(preview.at("/matched/bytes").asLong()).isEqualTo(100);
        assertThat(instant(preview.at("/matched/oldest"))).isEqualTo(older);
        assertThat(instant(preview.at("/matched/newest"))).isEqualTo(old);
        assertThat(Duration.between(instant(preview.path("record_cutoff")), Instant.now()))
                .isBetween(Duration.ofHours(24), Duration.ofHours(24).plusMinutes(1));
        assertThat(preview.path("blob_cutoff")).isEqualTo(preview.path("record_cutoff"));
        assertThat(api.tables()).isEqualTo(before);
    }

    @Test
    void whatIsKeptForEverHasNoCutoff() {
        JsonNode preview = preview("{\"maximum_blob_age\": 0.5, \"delete_action\": \"soft\"}");

        assertThat(preview.path("record_cutoff").isNull()).isTrue();
        assertThat(preview.at("/matched/records").asLong()).isZero();
        assertThat(preview.at("/matched/blobs").asLong()).isEqualTo(2);
        assertThat(preview.at("/matched/bytes").asLong()).isEqualTo(120);
    }

    @Test
    void whatAPolicyKeepsIsNotMatched() {
        JsonNode preview = preview("{\"delete_action\": \"hard\"}");

        assertThat(preview.path("matched").toString())
                .isEqualTo("{\"records\":0,\"blobs\":0,\"bytes\":0,\"oldest\":null,\"newest\":null,\"held\":0}");
        assertThat(preview.path("blob_cutoff").isNull()).isTrue();
    }

    @Test
    void anHourThatTheCutoffCutsIsCountedByRows() {
        store("d", young.plus(Duration.ofMinutes(40)), "null, null");
        Instant cut = young.plus(Duration.ofMinutes(30));
        double hours = Duration.between(cut, Instant.now()).toMillis() / 3_600_000.0;
        JsonNode preview = preview("""
                {"maximum_record_age": %s, "maximum_blob_age": 1, "delete_action": "hard"}""".formatted(hours));

        assertThat(preview.at("/matched/records").asLong()).isEqualTo(3);
        assertThat(preview.at("/matched/blobs").asLong()).isEqualTo(2);
    }

    @Test
    void itNeedsAModelButNoPolicy() {
        Answer unknown = api.client.post("/api/v1/models/unknown/retention-policy/preview", RetentionApi.POLICY);

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().path("type").asText()).isEqualTo("urn:inference-store:problem:unknown-model");
    }

    private JsonNode preview(String body) {
        Answer answer = api.client.post(model + "/retention-policy/preview", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private void store(String inferenceId, Instant at, String input) {
        api.sql("""
                INSERT INTO inferences (model_id, inference_id, created_at, part, fingerprint, input_segment, input_size)
                VALUES ('%s', '%s', '%s', 'both', '', %s)""".formatted(RetentionApi.id(model), inferenceId, at, input));
        api.sql("""
                INSERT INTO model_hours AS h (model_id, hour, slot, records, inputs, bytes, oldest, newest)
                SELECT model_id, date_trunc('hour', created_at), 0, 1, count(input_segment), coalesce(sum(input_size), 0),
                       created_at, created_at
                FROM inferences WHERE model_id = '%s' AND inference_id = '%s' GROUP BY model_id, created_at
                ON CONFLICT (model_id, hour, slot) DO UPDATE
                SET records = h.records + 1, inputs = h.inputs + excluded.inputs, bytes = h.bytes + excluded.bytes""".formatted(RetentionApi.id(model), inferenceId));
    }

    private static Instant instant(JsonNode json) {
        return Instant.parse(json.asText());
    }
}
