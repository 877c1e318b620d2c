package dev.inferencestore.domain.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionPolicy;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRecordTest {

    @Test
    void aRecordSurvivesTheControlTopic() {
        ControlRecord record = new ControlRecord(
                "m",
                7,
                2,
                "p",
                "detection",
                "Name",
                List.of(new Source("kserve", Map.of("namespace", "prod"))),
                true,
                false,
                new RetentionPolicy(
                        "id", 3, new PolicyTerms(7200L, 3600L, DeleteAction.SOFT, 60), 1_700_000_000_000L, true),
                new CaptureRules(
                        4, 0.25, true, false, List.of("2xx"), List.of("/input/a"), List.of("cookie"), 1024L, null));

        assertThat(ControlRecordCodec.decode(utf8(ControlRecordCodec.encode(record))))
                .isEqualTo(record);
    }

    @Test
    void fieldsOfANewerVersionArePassedOver() {
        assertThat(ControlRecordCodec.decode(utf8("{\"model_id\":\"m\",\"version\":1,\"generation\":1,"
                                + "\"project_id\":\"p\",\"task_type\":\"t\",\"enabled\":true,\"later\":{\"a\":1}}"))
                        .stores())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"model_id\":\"m\"}", "{\"model_id\":7,\"version\":1}"})
    void whatIsNoControlRecordIsNamed(String json) {
        assertThatThrownBy(() -> ControlRecordCodec.decode(utf8(json))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b_c-9", "0"})
    void modelIds(String id) {
        assertThat(ModelIds.isValid(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".a", "-a", "a/b", "a b", "ü"})
    void otherTextsAreNoModelIds(String id) {
        assertThat(ModelIds.isValid(id)).isFalse();
        assertThat(ModelIds.isValid("a".repeat(129))).isFalse();
        assertThat(ModelIds.isValid("a".repeat(128))).isTrue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
