package dev.inferencestore.api.retention;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.relay.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every change leaves behind: an event on the topic, and an entry in the audit log. */
class TrailTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RetentionApi api;

    @BeforeAll
    static void changeAllThatCanBeChanged() {
        api = RetentionApi.startWithRelays();
        String model = api.model("m");
        api.setPolicy(model, RetentionApi.POLICY);
        api.setPolicy(model, RetentionApi.POLICY.replace("72", "48"));
        String restored = api.softTask(model, "2026-01-01Z", "2026-01-05Z");
        api.client.post(model + "/retention-tasks/" + restored + "/restore", "");
        String cancelled = api.task(model, "{}");
        api.client.post(model + "/retention-tasks/" + cancelled + "/cancel", "");
        api.task(model, "{\"dry_run\": true}");
        api.client.delete(model + "/retention-policy");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void eventsOfEachChangeAreOnTheTopicInTheirOrder() {
        until(() -> api.text("SELECT count(*)::text FROM retention_outbox").equals("0"));

        List<ConsumerRecord<String, String>> messages =
                Topic.retentionEvents(api.store).messages();

        assertThat(messages).extracting(ConsumerRecord::key).containsOnly("m");
        List<JsonNode> events = messages.stream().map(TrailTest::json).toList();
        assertThat(events)
                .extracting(event -> event.path("type").asText().replace("dev.inferencestore.retention.", ""))
                .containsExactly(
                        "policy.set",
                        "policy.set",
                        "task.created",
                        "task.restored",
                        "policy.paused",
                        "task.created",
                        "task.cancelled",
                        "task.created",
                        "task.cancelled",
                        "policy.deleted");
        assertThat(events).extracting(event -> event.path("id").asText()).doesNotHaveDuplicates();
        assertThat(events).allSatisfy(event -> {
            assertThat(event.path("specversion").asText()).isEqualTo("1.0");
            assertThat(event.path("source").asText()).isEqualTo("/inference-store/models/m");
            assertThat(event.path("subject")).isEqualTo(event.at("/data/id"));
            assertThat(event.path("datacontenttype").asText()).isEqualTo("application/json");
            assertThat(event.path("time").isTextual()).isTrue();
        });
        assertThat(events.get(1).at("/data/maximum_record_age").asLong()).isEqualTo(48);
        assertThat(events.get(3).at("/data/restored").asBoolean()).isTrue();
        assertThat(events.get(4).at("/data/paused").asBoolean()).isTrue();
        assertThat(events.get(8).at("/data/error").asText()).isEqualTo("policy deleted");
    }

    @Test
    void theAuditLogHasWhoWhatBeforeAndAfter() {
        List<String> entries = api.texts("""
                SELECT concat_ws(' ', action,
                    coalesce(before->>'record_age', before->>'state', 'none'), '->',
                    coalesce(after->>'record_age', after->>'state', 'none'))
                FROM audit_log WHERE action LIKE 'retention-%' ORDER BY audit_id""");

        assertThat(entries)
                .containsExactly(
                        "retention-policy.set none -> 259200",
                        "retention-policy.set 259200 -> 172800",
                        "retention-task.created none -> pending",
                        "retention-task.restored complete -> complete",
                        "retention-policy.paused 172800 -> 172800",
                        "retention-task.created none -> pending",
                        "retention-task.cancelled pending -> cancelled",
                        "retention-task.created none -> pending",
                        "retention-task.cancelled pending -> cancelled",
                        "retention-policy.deleted 172800 -> none");
        assertThat(api.texts("SELECT DISTINCT actor || ' ' || model_id FROM audit_log"))
                .containsExactly("anonymous@127.0.0.1 m");
        assertThat(api.texts("""
                        SELECT (before->>'paused') || ' ' || (after->>'paused') FROM audit_log
                        WHERE action = 'retention-policy.paused'""")).containsExactly("false true");
    }

    @Test
    void theJobIsToldOfEachPolicyInItsControlRecord() {
        List<String> audited = api.texts("SELECT action FROM audit_log WHERE action LIKE 'retention-policy%'");
        until(() -> api.text("SELECT count(*)::text FROM control_outbox").equals("0"));

        assertThat(audited).hasSize(4);
        assertThat(api.client.get("/metrics").text())
                .as("the model, and each change of its policy")
                .contains("inference_store_relay_published_total{relay=\"control\"} 5.0");
    }

    private static JsonNode json(ConsumerRecord<String, String> message) {
        try {
            return JSON.readTree(message.value());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }
}
