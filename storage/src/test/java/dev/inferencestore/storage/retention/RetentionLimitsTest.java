package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionLimit;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.StaleVersion;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the limit of a project refuses. Each test has projects of its own. */
class RetentionLimitsTest extends RetentionTests {
    private static final RetentionLimit LIMIT = new RetentionLimit(7200, 3600);
    private static final PolicyTerms WITHIN = new PolicyTerms(7200L, 3600L, DeleteAction.SOFT, 3600);
    private static final PolicyTerms SHORTER = new PolicyTerms(3600L, 0L, DeleteAction.HARD, 60);
    private static final PolicyTerms TOO_LONG = new PolicyTerms(7201L, 3601L, DeleteAction.SOFT, 3600);
    private static final PolicyTerms BY_HAND = new PolicyTerms(7200L, 3600L, DeleteAction.SOFT, 0);
    private static final PolicyTerms FOR_EVER = new PolicyTerms(null, null, DeleteAction.SOFT, 3600);

    @Test
    void policiesWithinItAreTakenAndOthersAreNot() {
        limited("limited");
        store.register("m", "limited");

        assertThatThrownBy(() -> put("m", TOO_LONG))
                .isInstanceOfSatisfying(Invalid.class, broken -> assertThat(broken.rules())
                        .extracting(Invalid.Rule::field)
                        .containsExactly("maximum_record_age", "maximum_blob_age"))
                .hasMessage("maximum_record_age must be at most 2 hours, the retention limit of the project");
        assertThatThrownBy(() -> put("m", FOR_EVER)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> put("m", BY_HAND))
                .isInstanceOf(Invalid.class)
                .hasMessageStartingWith("automated_interval must be above 0");
        assertThat(policy("m").inherited()).as("nothing has changed").isTrue();
        assertThat(put("m", SHORTER).policy().policy().terms()).isEqualTo(SHORTER);
        store.limits.delete("limited", Precondition.none(), "ann");
        assertThat(put("m", TOO_LONG).policy().policy().terms()).isEqualTo(TOO_LONG);
    }

    @Test
    void aDefaultMustBeWithinIt() {
        limited("strict");

        assertThatThrownBy(() -> store.defaults.put("strict", TOO_LONG, Precondition.none(), "ann"))
                .isInstanceOf(Invalid.class);
        assertThat(store.defaults.require("strict").policy().terms()).isEqualTo(WITHIN);
        store.defaults.put("strict", SHORTER, Precondition.none(), "ann");
        assertThat(store.defaults.require("strict").policy().terms()).isEqualTo(SHORTER);
    }

    @Test
    void thereIsNoLimitWithoutADefaultWithinIt() {
        assertThatThrownBy(() -> limit("bare"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("project 'bare' has no default retention policy");
        store.defaults.put("bare", TOO_LONG, Precondition.none(), "ann");
        assertThatThrownBy(() -> limit("bare"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("the default retention policy of project 'bare' breaks this limit")
                .hasMessageContaining("maximum_blob_age must be at most 1 hour");
        assertThatThrownBy(() -> store.limits.require("bare")).isInstanceOf(NotFound.class);
    }

    @Test
    void aDefaultStaysWhileThereIsALimit() {
        limited("bound");
        store.register("b", "bound");

        assertThatThrownBy(() -> store.defaults.delete("bound", Precondition.none(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("take the limit away first");
        assertThat(policy("b").inherited()).isTrue();
        store.limits.delete("bound", Precondition.none(), "ann");
        store.defaults.delete("bound", Precondition.none(), "ann");
        assertThat(store.policies.find("b")).isEmpty();
    }

    @Test
    void modelsThatBreakItAreNamedAndNothingChanges() {
        store.defaults.put("messy", WITHIN, Precondition.none(), "ann");
        store.register("fine", "messy");
        for (String model : new String[] {"long-a", "long-b", "long-c", "long-d", "long-e"}) {
            store.register(model, "messy");
            put(model, TOO_LONG);
        }

        assertThatThrownBy(() -> limit("messy"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("'long-a' (maximum_record_age must be at most 2 hours")
                .hasMessageContaining("'long-c' (")
                .hasMessageContaining(" and 2 more. Set policies within it first")
                .hasMessageNotContaining("'long-d'")
                .hasMessageNotContaining("'fine'");
        assertThatThrownBy(() -> store.limits.require("messy")).isInstanceOf(NotFound.class);
        assertThat(store.number("SELECT count(*) FROM audit_log WHERE project_id = 'messy'"
                        + " AND action = 'retention-limit.set'"))
                .isZero();
        store.execute("UPDATE models SET deleted = true WHERE model_id LIKE 'long-%'");
        assertThat(limit("messy").created())
                .as("unregistered models have no say")
                .isTrue();
    }

    @Test
    void aPausedPolicyBreaksItForNothingWouldEnforceIt() throws Exception {
        store.defaults.put("resting", WITHIN, Precondition.none(), "ann");
        store.register("rests", "resting");
        restore("rests");

        assertThatThrownBy(() -> limit("resting"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("'rests' (its automated runs are paused)");
        store.policies.put("rests", WITHIN, Precondition.none(), "ann");
        limit("resting");
    }

    @Test
    void whatIsHiddenIsNotRestoredUnderALimit() throws Exception {
        limited("sealed");
        store.register("seals", "sealed");

        assertThatThrownBy(() -> restore("seals"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("project 'sealed' has a retention limit (records 2 hours, inputs 1 hour)");
        assertThat(store.visible("seals")).isZero();
        assertThat(policy("seals").policy().paused()).isFalse();
        store.limits.delete("sealed", Precondition.none(), "ann");
        store.tasks.restore("seals", only("seals", "true").taskId(), "ann");
        assertThat(store.visible("seals")).isEqualTo(1);
    }

    @Test
    void aModelWhoseOwnPolicyBreaksItDoesNotMoveIn() {
        limited("gated");
        store.register("long", "outside");
        put("long", TOO_LONG);

        assertThatThrownBy(() -> store.register("long", "gated"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("the retention policy of model 'long' breaks the limit of project 'gated'")
                .hasMessageContaining("maximum_record_age must be at most 2 hours");
        assertThat(project("long")).isEqualTo("outside");
        put("long", SHORTER);
        store.register("long", "gated");
        assertThat(project("long")).isEqualTo("gated");
        assertThat(policy("long").policy().terms()).isEqualTo(SHORTER);
    }

    @Test
    void aModelWhoseOwnPolicyIsPausedDoesNotMoveIn() throws Exception {
        limited("moving");
        store.register("tired", "hotel");
        put("tired", WITHIN);
        restore("tired");

        assertThatThrownBy(() -> store.register("tired", "moving"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("its automated runs are paused");
        assertThat(project("tired")).isEqualTo("hotel");
    }

    @Test
    void noModelIsNamedOnlyBecauseTheDefaultHasNotReachedItYet() {
        store.register("unreached", "reaching");
        store.execute("INSERT INTO default_policies VALUES ('reaching', gen_random_uuid(), 1, 7, false, 60, 60, 'hard',"
                + " 60, now(), now())");

        limit("reaching");

        assertThat(policy("unreached").inherited()).isTrue();
    }

    @Test
    void aModelThatInheritsMovesInAndIsPausedNoMore() throws Exception {
        limited("awake");
        store.defaults.put("asleep", WITHIN, Precondition.none(), "ann");
        store.register("sleeps", "asleep");
        restore("sleeps");
        assertThat(policy("sleeps").policy().paused()).isTrue();

        store.register("sleeps", "awake");

        assertThat(policy("sleeps").policy().paused()).isFalse();
        assertThat(policy("sleeps").policy().terms()).isEqualTo(WITHIN);
    }

    @Test
    void settingItAgainCountsOnAndSayingTheSameDoesNot() {
        limited("counting");

        assertThat(limit("counting").limit().version()).isEqualTo(1);
        RetentionLimits.Change wider =
                store.limits.put("counting", new RetentionLimit(9000, 9000), Precondition.versionIn(Set.of(1L)), "ann");
        assertThat(wider.created()).isFalse();
        assertThat(wider.limit().version()).isEqualTo(2);
        assertThatThrownBy(() -> store.limits.put("counting", LIMIT, Precondition.versionIn(Set.of(1L)), "ann"))
                .isInstanceOf(StaleVersion.class)
                .hasMessage("retention limit of project 'counting' is at version 2");
        assertThatThrownBy(() -> store.limits.delete("counting", Precondition.versionIn(Set.of(1L)), "ann"))
                .isInstanceOf(StaleVersion.class);
        store.limits.delete("counting", Precondition.versionIn(Set.of(2L)), "bob");
        assertThatThrownBy(() -> store.limits.delete("counting", Precondition.none(), "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("project 'counting' has no retention limit");
        assertThat(limit("counting").limit().version())
                .as("versions never repeat")
                .isEqualTo(4);
        assertThat(store.number("SELECT count(*) FROM audit_log WHERE project_id = 'counting' AND model_id IS NULL"
                        + " AND action IN ('retention-limit.set', 'retention-limit.deleted')"))
                .isEqualTo(4);
        assertThat(store.number("SELECT count(*) FROM retention_outbox WHERE model_id = 'project:counting'"
                        + " AND event LIKE '%\"dev.inferencestore.retention.limit.%'"))
                .isEqualTo(4);
    }

    /** A project with a default and a limit that are the same. */
    private void limited(String project) {
        store.defaults.put(project, WITHIN, Precondition.none(), "ann");
        limit(project);
    }

    private RetentionLimits.Change limit(String project) {
        return store.limits.put(project, LIMIT, Precondition.none(), "ann");
    }

    private PolicyChange put(String model, PolicyTerms terms) {
        return store.policies.put(model, terms, Precondition.none(), "ann");
    }

    private Policy policy(String model) {
        return store.policies.find(model).orElseThrow();
    }

    private String project(String model) {
        return new ModelRegistry(store.database)
                .find(model)
                .orElseThrow()
                .registration()
                .projectId();
    }

    /** Hides a record of a model with a SOFT policy, and restores it. */
    private void restore(String model) throws Exception {
        writer.store(model, Event.at("a", at(1, 0)));
        store.plan(model);
        store.work(model);
        assertThat(store.visible(model)).isZero();
        store.tasks.restore(model, only(model, "true").taskId(), "ann");
    }
}
