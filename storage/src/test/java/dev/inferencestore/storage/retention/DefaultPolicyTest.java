package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.StaleVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a project's default reaches its models, and what becomes of it there. Each test has projects of its own. */
class DefaultPolicyTest extends RetentionTests {
    private static final PolicyTerms HOURLY = new PolicyTerms(7200L, 3600L, DeleteAction.SOFT, 3600);
    private static final PolicyTerms DAILY = new PolicyTerms(172800L, 86400L, DeleteAction.HARD, 86400);
    private static final PolicyTerms MANUAL = new PolicyTerms(null, 1800L, DeleteAction.HARD, 0);

    @Test
    void modelsWithoutAPolicyTakeItAndOthersKeepTheirs() {
        store.register("bare", "street");
        store.register("own", "street");
        store.register("elsewhere", "field");
        store.policies.put("own", MANUAL, Precondition.none(), "ann");

        DefaultPolicies.Change change = put("street", HOURLY);

        assertThat(change.created()).isTrue();
        assertThat(change.models()).isEqualTo(1);
        assertThat(change.complete()).isTrue();
        assertThat(policy("bare").inherited()).isTrue();
        assertThat(policy("bare").policy().terms()).isEqualTo(HOURLY);
        assertThat(policy("own").inherited()).isFalse();
        assertThat(policy("own").policy().terms()).isEqualTo(MANUAL);
        assertThat(store.policies.find("elsewhere")).isEmpty();
        assertThat(store.defaults.require("street").models()).isEqualTo(1);
    }

    @Test
    void anInheritedPolicyRunsAsAnyOther() throws Exception {
        store.register("runs", "running");
        writer.store("runs", Event.at("a", at(1, 0)));
        put("running", HOURLY);

        assertThat(store.plan("runs")).isEqualTo(1);
        store.work("runs");

        assertThat(store.visible("runs")).isZero();
        assertThat(sent("runs").policy()).isEqualTo(policy("runs").policy());
    }

    @Test
    void aModelThatComesLaterHasItFromItsFirstControlRecord() {
        put("later", HOURLY);
        store.register("late", "later");

        assertThat(policy("late").inherited()).isTrue();
        assertThat(records("late").get(0).policy()).isEqualTo(policy("late").policy());
        assertThat(policy("late").policy().version()).isEqualTo(1);
        assertThat(audited("late"))
                .containsExactly("test model.register", "test retention-policy.set", "test storage.enable");
    }

    @Test
    void aModelIsRegisteredAgainWithTheDefaultOfNow() {
        put("again", HOURLY);
        store.register("back", "again");
        store.execute("UPDATE models SET deleted = true WHERE model_id = 'back'");
        put("again", DAILY);
        assertThat(policy("back").policy().terms()).as("nobody's by now").isEqualTo(HOURLY);

        store.register("back", "again");

        assertThat(policy("back").policy().terms()).isEqualTo(DAILY);
    }

    @Test
    void aPolicyOfItsOwnTakesThePlaceAndIsLeftAlone() {
        store.register("proud", "owning");
        put("owning", HOURLY);
        String id = policy("proud").policy().policyId();

        PolicyChange change = store.policies.put("proud", HOURLY, Precondition.versionIn(Set.of(1L)), "ann");
        put("owning", DAILY);

        assertThat(change.created()).isFalse();
        assertThat(policy("proud").inherited()).isFalse();
        assertThat(policy("proud").policy().policyId()).isEqualTo(id);
        assertThat(policy("proud").policy().version()).isEqualTo(2);
        assertThat(policy("proud").policy().terms()).isEqualTo(HOURLY);
    }

    @Test
    void deletingItsOwnFallsBackInTheSameStep() {
        put("falling", HOURLY);
        store.register("falls", "falling");
        store.policies.put("falls", MANUAL, Precondition.none(), "ann");
        Task waits = store.tasks.create("falls", new NewTask(false, null, null), "ann");

        PolicyChange change = store.policies.delete("falls", Precondition.versionIn(Set.of(2L)), "bob");

        assertThat(change.policy().policy().terms()).isEqualTo(MANUAL);
        assertThat(change.instead()).isEqualTo(policy("falls"));
        assertThat(policy("falls").inherited()).isTrue();
        assertThat(policy("falls").policy().terms()).isEqualTo(HOURLY);
        assertThat(policy("falls").policy().version()).isEqualTo(3);
        assertThat(store.tasks.read("falls", waits.taskId()).error()).isEqualTo("policy changed");
        assertThat(sent("falls").policy()).isEqualTo(policy("falls").policy());
        assertThat(audited("falls")).endsWith("bob retention-task.cancelled", "bob retention-policy.set");
    }

    @Test
    void deletingItsOwnLeavesNoneWhereThereIsNoDefault() {
        store.register("none", "without");
        store.policies.put("none", MANUAL, Precondition.none(), "ann");

        assertThat(store.policies.delete("none", Precondition.none(), "ann").instead())
                .isNull();
        assertThat(store.policies.find("none")).isEmpty();
    }

    @Test
    void anInheritedPolicyIsNotTheModelsToDelete() {
        put("kept", HOURLY);
        store.register("keeps", "kept");

        assertThatThrownBy(() -> store.policies.delete("keeps", Precondition.none(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("is its project's default")
                .hasMessageContaining("set one of its own");
        assertThat(policy("keeps").policy().version()).isEqualTo(1);
    }

    @Test
    void aChangeShowsAgainWhatTheNewDefaultKeepsAndCancelsWhatWaits() throws Exception {
        store.register("shown", "changing");
        writer.store("shown", Event.at("a", at(1, 0)));
        put("changing", HOURLY);
        store.plan("shown");
        store.work("shown");
        assertThat(store.visible("shown")).isZero();
        Task waits = store.tasks.create("shown", new NewTask(false, null, null), "ann");

        put("changing", DAILY);

        assertThat(store.visible("shown")).isEqualTo(1);
        assertThat(store.tasks.read("shown", waits.taskId()).error()).isEqualTo("policy changed");
        assertThat(policy("shown").policy().version()).isEqualTo(2);
        assertThat(sent("shown").policy()).isEqualTo(policy("shown").policy());
    }

    @Test
    void sayingTheSameAgainChangesNothing() {
        store.register("same", "repeating");
        put("repeating", HOURLY);
        long before = store.number("SELECT last FROM control_version");
        long audited = store.number("SELECT count(*) FROM audit_log");

        DefaultPolicies.Change change = put("repeating", HOURLY);

        assertThat(change.created()).isFalse();
        assertThat(change.policy().version()).isEqualTo(1);
        assertThat(change.models()).isEqualTo(1);
        assertThat(policy("same").policy().version()).isEqualTo(1);
        assertThat(store.number("SELECT last FROM control_version")).isEqualTo(before);
        assertThat(store.number("SELECT count(*) FROM audit_log")).isEqualTo(audited);
    }

    @Test
    void aMovedModelTakesTheDefaultOfItsNewProject() {
        put("from", HOURLY);
        put("to", DAILY);
        store.register("moves", "from");
        String id = policy("moves").policy().policyId();

        store.register("moves", "to");

        assertThat(policy("moves").policy().terms()).isEqualTo(DAILY);
        assertThat(policy("moves").policy().policyId()).isEqualTo(id);
        store.register("moves", "bare-ground");
        assertThat(store.policies.find("moves")).isEmpty();
        assertThat(sent("moves").policy()).isNull();
        store.register("moves", "from");
        assertThat(policy("moves").policy().terms()).isEqualTo(HOURLY);
    }

    @Test
    void aMovedModelKeepsItsOwnPolicy() {
        put("new-home", HOURLY);
        store.register("stays", "old-home");
        store.policies.put("stays", MANUAL, Precondition.none(), "ann");

        store.register("stays", "new-home");

        assertThat(policy("stays").policy().terms()).isEqualTo(MANUAL);
        assertThat(policy("stays").policy().version()).isEqualTo(1);
    }

    @Test
    void movingToADefaultThatSaysTheSameMakesNoVersionButObeysTheNewProject() {
        put("twin-a", HOURLY);
        put("twin-b", HOURLY);
        store.register("twin", "twin-a");
        store.register("twin", "twin-b");
        assertThat(policy("twin").policy().version()).isEqualTo(1);
        assertThat(store.defaults.require("twin-b").models()).isEqualTo(1);
        assertThat(store.defaults.require("twin-b").complete()).isTrue();

        put("twin-a", MANUAL);
        assertThat(policy("twin").policy().terms()).isEqualTo(HOURLY);
        put("twin-b", DAILY);
        assertThat(policy("twin").policy().terms()).isEqualTo(DAILY);
    }

    @Test
    void withoutTheDefaultItsModelsHaveNone() throws Exception {
        store.register("freed", "ending");
        store.register("own-stays", "ending");
        store.policies.put("own-stays", MANUAL, Precondition.none(), "ann");
        writer.store("freed", Event.at("a", at(1, 0)));
        put("ending", HOURLY);
        store.plan("freed");
        store.work("freed");
        Task waits = store.tasks.create("freed", new NewTask(false, null, null), "ann");

        DefaultPolicies.Change change = store.defaults.delete("ending", Precondition.versionIn(Set.of(1L)), "bob");

        assertThat(change.models()).isEqualTo(1);
        assertThat(change.policy().terms()).isEqualTo(HOURLY);
        assertThat(store.policies.find("freed")).isEmpty();
        assertThat(store.visible("freed")).isEqualTo(1);
        assertThat(store.tasks.read("freed", waits.taskId()).error()).isEqualTo("policy deleted");
        assertThat(policy("own-stays").policy().version()).isEqualTo(1);
        assertThatThrownBy(() -> store.defaults.require("ending")).isInstanceOf(NotFound.class);
        assertThat(put("ending", HOURLY).policy().version())
                .as("versions never repeat")
                .isEqualTo(3);
    }

    @Test
    void whatIsPausedStaysSoUntilTheDefaultSaysSomethingElse() throws Exception {
        store.register("pauses", "pausing");
        writer.store("pauses", Event.at("a", at(1, 0)));
        put("pausing", HOURLY);
        store.plan("pauses");
        store.work("pauses");
        store.tasks.restore("pauses", only("pauses", "true").taskId(), "ann");

        put("pausing", HOURLY);
        assertThat(policy("pauses").policy().paused()).isTrue();
        put("pausing", DAILY);
        assertThat(policy("pauses").policy().paused()).isFalse();
    }

    @Test
    void anotherVersionThanExpectedChangesNothing() {
        assertThatThrownBy(() -> store.defaults.put("stale", HOURLY, Precondition.exists(), "ann"))
                .isInstanceOf(StaleVersion.class);
        put("stale", HOURLY);
        assertThatThrownBy(() -> store.defaults.put("stale", DAILY, Precondition.versionIn(Set.of(7L)), "ann"))
                .isInstanceOf(StaleVersion.class)
                .hasMessage("default retention policy of project 'stale' is at version 1");
        assertThatThrownBy(() -> store.defaults.delete("stale", Precondition.versionIn(Set.of(7L)), "ann"))
                .isInstanceOf(StaleVersion.class);
        assertThatThrownBy(() -> store.defaults.delete("nothing", Precondition.none(), "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("project 'nothing' has no default retention policy");
        assertThat(store.defaults.require("stale").policy().terms()).isEqualTo(HOURLY);
    }

    @Test
    void whoListensHearsOfTheProjectUnderAKeyOfItsOwn() {
        put("told", HOURLY);
        put("told", DAILY);
        store.defaults.delete("told", Precondition.none(), "bob");

        assertThat(texts("SELECT concat_ws(' ', event::jsonb->>'type', event::jsonb->>'source',"
                        + " event::jsonb->'data'->>'automated_interval') FROM retention_outbox"
                        + " WHERE model_id = 'project:told' ORDER BY event_id"))
                .containsExactly(
                        "dev.inferencestore.retention.default-policy.set /inference-store/projects/told 1",
                        "dev.inferencestore.retention.default-policy.set /inference-store/projects/told 24",
                        "dev.inferencestore.retention.default-policy.deleted /inference-store/projects/told 24");
        assertThat(texts("SELECT concat_ws(' ', actor, action, before->>'version', '->', after->>'version')"
                        + " FROM audit_log WHERE project_id = 'told' AND model_id IS NULL ORDER BY audit_id"))
                .containsExactly(
                        "ann retention-default-policy.set -> 1",
                        "ann retention-default-policy.set 1 -> 2",
                        "bob retention-default-policy.deleted 2 ->");
    }

    private DefaultPolicies.Change put(String project, PolicyTerms terms) {
        return store.defaults.put(project, terms, Precondition.none(), "ann");
    }

    private Policy policy(String model) {
        return store.policies.find(model).orElseThrow();
    }

    private List<String> audited(String model) {
        return texts("SELECT actor || ' ' || action FROM audit_log WHERE model_id = '" + model + "' ORDER BY audit_id");
    }

    private ControlRecord sent(String model) {
        List<ControlRecord> records = records(model);
        return records.get(records.size() - 1);
    }

    private List<ControlRecord> records(String model) {
        return texts("SELECT record FROM control_outbox WHERE model_id = '" + model + "' ORDER BY control_version")
                .stream()
                .map(record -> ControlRecordCodec.decode(record.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private List<String> texts(String sql) {
        return store.jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
