package dev.inferencestore.domain.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.registration.SourceKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes of each recorded event: every field of every row. A new file gets its rows written by
 * {@code -Drecorded.write=true}; read them before they are committed.
 */
class RecordedEventsTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Formats formats = new Formats();

    static List<Samples.Sample> samples() {
        return Samples.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aRecordedEventBecomesTheseRows(Samples.Sample sample) throws Exception {
        Formats.Reading reading = formats.begin(sample.event(), sample.ofTopic());
        String outcome;
        boolean stored = true;
        try {
            ModelName early = reading.model();
            Decoded decoded = reading.decode();
            assertThat(early).isIn(null, decoded.model());
            outcome = rows(sample, decoded).toPrettyString();
        } catch (BadEvent bad) {
            outcome = bad.failure().code() + ": " + bad.detail();
            stored = false;
        }
        if (Boolean.getBoolean("recorded.write")) {
            Samples.write(sample, stored, outcome);
            return;
        }
        assertThat(outcome)
                .isEqualTo(sample.isStored() ? JSON.readTree(sample.outcome()).toPrettyString() : sample.outcome());
    }

    private static JsonNode rows(Samples.Sample sample, Decoded decoded) throws IOException {
        ArrayNode rows = JSON.createArrayNode();
        for (Inference inference : decoded.inferences()) {
            ObjectNode row = JSON.createObjectNode();
            row.set("model", model(decoded.model()));
            row.put("id", inference.inferenceId()).put("part", inference.part().text());
            row.put(
                    "at",
                    Instant.EPOCH.plus(inference.createdAt(), ChronoUnit.MICROS).toString());
            put(row, "source", inference.source());
            put(row, "action", inference.action());
            if (inference.statusCode() != null) {
                row.put("status", inference.statusCode());
            }
            if (inference.durationMicros() != null) {
                row.put("micros", inference.durationMicros());
            }
            payload(row, "input", inference.input(), sample.event().value());
            payload(row, "output", inference.output(), sample.event().value());
            if (inference.metadata() != null) {
                row.set("metadata", JSON.readTree(inference.metadata()));
            }
            rows.add(row);
        }
        return rows;
    }

    private static JsonNode model(ModelName name) {
        if (name.id() != null) {
            return JSON.getNodeFactory().textNode(name.id());
        }
        ArrayNode keys = JSON.createArrayNode();
        for (SourceKey key : name.keys()) {
            keys.add(key.format().text() + " " + String.join("/", key.names()));
        }
        return keys;
    }

    private static void payload(ObjectNode row, String name, Payload payload, byte[] sent) {
        if (payload == null) {
            return;
        }
        ObjectNode said = row.putObject(name);
        put(said, "type", payload.contentType());
        if (payload.isToBeFetched()) {
            said.put("at", payload.reference());
        } else if (Arrays.equals(payload.bytes(), sent)) {
            said.put("as_sent", true);
        } else {
            try {
                said.put(
                        "text",
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(payload.bytes()))
                                .toString());
            } catch (CharacterCodingException binary) {
                said.put("base64", Base64.getEncoder().encodeToString(payload.bytes()));
            }
        }
    }

    private static void put(ObjectNode json, String name, String text) {
        if (text != null) {
            json.put(name, text);
        }
    }
}
