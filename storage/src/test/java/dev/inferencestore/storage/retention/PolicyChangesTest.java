package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.StaleVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What setting and deleting a policy writes down, in one transaction each. */
class PolicyChangesTest extends RetentionTests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PolicyTerms HOURLY = new PolicyTerms(7200L, 3600L, DeleteAction.SOFT, 3600);
    private static final PolicyTerms MANUAL = new PolicyTerms(null, 1800L, DeleteAction.HARD, 0);

    @Test
    void settingAgainKeepsTheIdAndCountsOn() {
        store.register("again");
        PolicyChange first = store.policies.put("again", HOURLY, Precondition.none(), "ann");
        PolicyChange second = store.policies.put("again", MANUAL, Precondition.versionIn(Set.of(1L)), "bob");

        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.policy().policy().policyId())
                .isEqualTo(first.policy().policy().policyId());
        assertThat(second.policy().policy().version()).isEqualTo(2);
        assertThat(second.policy().policy().terms()).isEqualTo(MANUAL);
        assertThat(second.policy().createdAt()).isEqualTo(first.policy().createdAt());
        assertThat(second.policy().nextRunAt()).isNull();
        assertThat(store.policies.find("again")).contains(second.policy());
    }

    @Test
    void aVersionNeverComesTwiceThoughThePolicyWasDeleted() {
        store.register("deleted");
        PolicyChange first = store.policies.put("deleted", HOURLY, Precondition.absent(), "ann");
        store.policies.delete("deleted", Precondition.exists(), "ann");
        assertThat(store.policies.find("deleted")).isEmpty();
        PolicyChange second = store.policies.put("deleted", HOURLY, Precondition.absent(), "ann");

        assertThat(second.created()).isTrue();
        assertThat(second.policy().policy().version()).isEqualTo(3);
        assertThat(second.policy().policy().policyId())
                .isNotEqualTo(first.policy().policy().policyId());
        assertThat(second.policy().createdAt()).isAfter(first.policy().createdAt());
        assertThat(second.policy().inEffect()).isFalse();
    }

    @Test
    void anotherVersionThanExpectedChangesNothing() {
        store.register("stale");
        assertThatThrownBy(() -> store.policies.put("stale", HOURLY, Precondition.exists(), "ann"))
                .isInstanceOf(StaleVersion.class)
                .hasMessage("there is no retention policy of model 'stale'");
        store.policies.put("stale", HOURLY, Precondition.none(), "ann");
        assertThatThrownBy(() -> store.policies.put("stale", MANUAL, Precondition.versionIn(Set.of(7L)), "ann"))
                .isInstanceOf(StaleVersion.class)
                .hasMessage("retention policy of model 'stale' is at version 1");
        assertThatThrownBy(() -> store.policies.delete("stale", Precondition.versionIn(Set.of(7L)), "ann"))
                .isInstanceOf(StaleVersion.class);

        assertThat(store.policies.find("stale").orElseThrow().policy().terms()).isEqualTo(HOURLY);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> store.policies.put("unknown", HOURLY, Precondition.none(), "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("no model 'unknown' is registered");
        assertThatThrownBy(() -> store.policies.preview("unknown", HOURLY)).isInstanceOf(NotFound.class);
        store.register("bare");
        assertThatThrownBy(() -> store.policies.delete("bare", Precondition.none(), "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("model 'bare' has no retention policy");
        assertThatThrownBy(() -> store.tasks.create("bare", new NewTask(false, null, null), "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("has no retention policy");
    }

    @Test
    void whoChangedWhatIsWrittenDown() throws Exception {
        store.register("audit");
        store.policies.put("audit", HOURLY, Precondition.none(), "ann");
        store.policies.put("audit", MANUAL, Precondition.none(), "bob");
        store.policies.delete("audit", Precondition.none(), "cid");

        List<JsonNode> entries = rows("SELECT jsonb_build_object('who', actor, 'what', action, 'before', before,"
                + " 'after', after) FROM audit_log WHERE model_id = 'audit' AND action LIKE 'retention-%'"
                + " ORDER BY audit_id");

        assertThat(entries)
                .extracting(entry ->
                        entry.get("who").textValue() + " " + entry.get("what").textValue() + " "
                                + entry.get("before").path("version") + " "
                                + entry.get("after").path("version"))
                .containsExactly(
                        "ann retention-policy.set  1",
                        "bob retention-policy.set 1 2",
                        "cid retention-policy.deleted 2 ");
        assertThat(entries.get(1).get("before").get("blob_age").intValue()).isEqualTo(3600);
        assertThat(entries.get(1).get("after").get("blob_age").intValue()).isEqualTo(1800);
    }

    @Test
    void whoListensHearsOfItAsCloudEvents() throws Exception {
        store.register("events");
        PolicyChange change = store.policies.put("events", HOURLY, Precondition.none(), "ann");
        store.policies.delete("events", Precondition.none(), "ann");

        List<JsonNode> events = rows("SELECT event FROM retention_outbox WHERE model_id = 'events' ORDER BY event_id");

        assertThat(events)
                .extracting(event -> event.get("type").textValue())
                .containsExactly(
                        "dev.inferencestore.retention.policy.set", "dev.inferencestore.retention.policy.deleted");
        JsonNode event = events.get(0);
        assertThat(event.get("specversion").textValue()).isEqualTo("1.0");
        assertThat(event.get("source").textValue()).isEqualTo("/inference-store/models/events");
        assertThat(event.get("subject").textValue())
                .isEqualTo(change.policy().policy().policyId());
        assertThat(event.get("datacontenttype").textValue()).isEqualTo("application/json");
        assertThat(Duration.between(Instant.parse(event.get("time").textValue()), Instant.now()))
                .isLessThan(Duration.ofMinutes(5));
        assertThat(event.get("data").get("maximum_record_age").intValue()).isEqualTo(2);
        assertThat(event.get("data").get("delete_action").textValue()).isEqualTo("soft");
        assertThat(events).extracting(each -> each.get("id").textValue()).doesNotHaveDuplicates();
    }

    @Test
    void theJobIsSentTheWholeControlRecord() {
        store.register("control");
        PolicyChange set = store.policies.put("control", HOURLY, Precondition.none(), "ann");
        store.policies.delete("control", Precondition.none(), "ann");

        List<ControlRecord> sent = controlRecords("control");

        ControlRecord with = sent.get(sent.size() - 2);
        assertThat(with.policy()).isEqualTo(set.policy().policy());
        assertThat(with.enabled()).isTrue();
        assertThat(sent.get(sent.size() - 1).policy()).isNull();
        assertThat(sent).extracting(ControlRecord::version).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aPauseIsSentAndWrittenDownToo() throws Exception {
        store.register("pause");
        writer.store("pause", Event.at("a", at(1, 0)));
        store.policies.put("pause", HOURLY, Precondition.none(), "ann");
        store.plan("pause");
        store.work("pause");
        store.tasks.restore("pause", only("pause", "true").taskId(), "bob");

        assertThat(store.policies.find("pause").orElseThrow().policy().paused()).isTrue();
        List<ControlRecord> sent = controlRecords("pause");
        assertThat(sent.get(sent.size() - 1).policy().paused()).isTrue();
        assertThat(store.number("SELECT count(*) FROM audit_log WHERE model_id = 'pause' AND actor = 'bob'"
                        + " AND action IN ('retention-policy.paused', 'retention-task.restored')"))
                .isEqualTo(2);
        store.policies.put("pause", HOURLY, Precondition.none(), "ann");
        assertThat(store.policies.find("pause").orElseThrow().policy().paused()).isFalse();
    }

    @Test
    void aChangeThatFailsLeavesNothing() {
        store.register("atomic");
        long before = store.number("SELECT count(*) FROM audit_log");
        PolicyTerms impossible = new PolicyTerms(1L, 2L, DeleteAction.HARD, 0);

        assertThatThrownBy(() -> store.policies.put("atomic", impossible, Precondition.none(), "ann"))
                .isInstanceOf(RuntimeException.class);

        assertThat(store.policies.find("atomic")).isEmpty();
        assertThat(store.number("SELECT count(*) FROM audit_log")).isEqualTo(before);
        assertThat(store.number("SELECT count(*) FROM retention_outbox WHERE model_id = 'atomic'"))
                .isZero();
    }

    private List<ControlRecord> controlRecords(String model) {
        return store.jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT record FROM control_outbox WHERE model_id = '" + model + "' ORDER BY control_version")
                .mapTo(String.class)
                .map(record -> ControlRecordCodec.decode(record.getBytes(StandardCharsets.UTF_8)))
                .list());
    }

    private List<JsonNode> rows(String sql) throws Exception {
        List<String> texts = store.jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
        List<JsonNode> rows = new java.util.ArrayList<>();
        for (String text : texts) {
            rows.add(JSON.readTree(text));
        }
        return rows;
    }
}
