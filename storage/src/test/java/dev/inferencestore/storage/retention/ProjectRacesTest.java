package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionLimit;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of a project beside those of its models: both wait for one lock, and either may come first. */
class ProjectRacesTest extends RaceTests {
    private static final PolicyTerms SHORT = new PolicyTerms(3600L, 3600L, DeleteAction.HARD, 3600);
    private static final PolicyTerms LONG = new PolicyTerms(9000L, 9000L, DeleteAction.HARD, 3600);
    private static final RetentionLimit LIMIT = new RetentionLimit(7200, 7200);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aModelThatComesWhileTheDefaultIsSetHasIt(boolean modelFirst) throws Exception {
        String project = "comes-" + modelFirst;

        inOrder(modelFirst, () -> register(project, project), () -> setDefault(project, SHORT));

        assertThat(policy(project).policy().terms()).isEqualTo(SHORT);
        assertThat(store.defaults.require(project).complete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aModelThatComesWhileTheDefaultIsDeletedHasNone(boolean modelFirst) throws Exception {
        String project = "goes-" + modelFirst;
        setDefault(project, SHORT);

        inOrder(
                modelFirst,
                () -> register(project, project),
                () -> store.defaults.delete(project, Precondition.none(), "ann"));

        assertThat(store.policies.find(project)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPolicyOfItsOwnWinsOverTheDefault(boolean ownFirst) throws Exception {
        String project = "own-" + ownFirst;
        store.register(project, project);
        setDefault(project, SHORT);
        PolicyTerms own = new PolicyTerms(null, 1L, DeleteAction.SOFT, 0);

        inOrder(ownFirst, () -> setPolicy(project, own), () -> setDefault(project, LONG));

        assertThat(policy(project).inherited()).isFalse();
        assertThat(policy(project).policy().terms()).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoGivesUpItsOwnWhileTheDefaultChangesHasTheNewOne(boolean modelFirst) throws Exception {
        String project = "gives-up-" + modelFirst;
        store.register(project, project);
        setDefault(project, SHORT);
        setPolicy(project, new PolicyTerms(null, 1L, DeleteAction.SOFT, 0));

        inOrder(
                modelFirst,
                () -> store.policies.delete(project, Precondition.none(), "ann"),
                () -> setDefault(project, LONG));

        assertThat(policy(project).inherited()).isTrue();
        assertThat(policy(project).policy().terms()).isEqualTo(LONG);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofALimitAndAPolicyThatBreaksItOneIsRefused(boolean policyFirst) throws Exception {
        String project = "breaks-" + policyFirst;
        store.register(project, project);
        setDefault(project, SHORT);

        List<CompletableFuture<Object>> both =
                inOrder(policyFirst, () -> setPolicy(project, LONG), () -> setLimit(project));

        assertThat(both).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
        assertThat(policy(project).policy().terms().equals(LONG)).isNotEqualTo(isLimited(project));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofALimitAndADefaultThatBreaksItOneIsRefused(boolean defaultFirst) throws Exception {
        String project = "breaking-" + defaultFirst;
        store.register(project, project);
        setDefault(project, SHORT);

        List<CompletableFuture<Object>> both =
                inOrder(defaultFirst, () -> setDefault(project, LONG), () -> setLimit(project));

        assertThat(both).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
        assertThat(policy(project).policy().terms().equals(LONG)).isNotEqualTo(isLimited(project));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofALimitAndAModelThatMovesInAndBreaksItOneIsRefused(boolean modelFirst) throws Exception {
        String project = "moves-in-" + modelFirst;
        setDefault(project, SHORT);
        store.register(project, "another");
        setPolicy(project, LONG);

        List<CompletableFuture<Object>> both =
                inOrder(modelFirst, () -> register(project, project), () -> setLimit(project));

        assertThat(both).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
        assertThat(store.number(
                        "SELECT count(*) FROM models WHERE model_id = project_id AND model_id = '" + project + "'"))
                .isNotEqualTo(isLimited(project) ? 1 : 0);
    }

    @Test
    void aChangeThatDiesMidwayIsFinishedByTheNextRound() throws Exception {
        for (String model : List.of("die-a", "die-b", "die-c")) {
            store.register(model, "dies");
        }
        setDefault("dies", SHORT);
        try (Connection blocker = blocker()) {
            blocker.createStatement().execute("SELECT 1 FROM floors WHERE model_id = 'die-b' FOR UPDATE");
            CompletableFuture<?> change = async(() -> setDefault("dies", LONG));
            awaitWaiting(1);
            endWaiting();
            assertThatThrownBy(() -> change.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
            assertThat(store.defaults.require("dies").complete()).isFalse();
            assertThat(policy("die-a").policy().terms()).isEqualTo(LONG);
            assertThat(policy("die-b").policy().terms()).isEqualTo(SHORT);
            assertThat(policy("die-c").policy().terms())
                    .as("one that cannot be had keeps no other from it")
                    .isEqualTo(LONG);
            blocker.rollback();
        }

        assertThat(store.defaults.reconcile()).isEqualTo(1);

        assertThat(policy("die-b").policy().terms()).isEqualTo(LONG);
        assertThat(policy("die-a").policy().version()).isEqualTo(2);
        assertThat(store.defaults.require("dies").complete()).isTrue();
        assertThat(store.defaults.require("dies").models()).isEqualTo(3);
        assertThat(store.defaults.reconcile()).isZero();
    }

    @Test
    void aDatabaseThatRefusesIsNotAskedForEveryModel() throws Exception {
        for (int i = 0; i < 5; i++) {
            store.register("refused-" + i, "refusing");
        }
        try (Connection blocker = blocker()) {
            blocker.createStatement().execute("SELECT 1 FROM floors WHERE model_id LIKE 'refused-%' FOR UPDATE");
            CompletableFuture<?> change = async(() -> setDefault("refusing", SHORT));
            until(() -> {
                endWaiting();
                return change.isDone();
            });
            assertThatThrownBy(() -> change.get(20, TimeUnit.SECONDS)).cause().satisfies(first -> assertThat(
                            first.getSuppressed())
                    .as("two others")
                    .filteredOn(each -> each.getMessage().contains("terminating connection"))
                    .hasSize(2));
            blocker.rollback();
        }
        assertThat(store.defaults.reconcile()).isEqualTo(5);
    }

    @Test
    void aModelThatIsUnregisteredMeanwhileIsPassedOver() throws Exception {
        store.register("leaves", "leaving");
        try (Connection blocker = blocker()) {
            blocker.createStatement().execute("SELECT 1 FROM floors WHERE model_id = 'leaves' FOR UPDATE");
            CompletableFuture<DefaultPolicies.Change> change = async(() -> setDefault("leaving", SHORT));
            awaitWaiting(1);
            blocker.createStatement().execute("UPDATE models SET deleted = true WHERE model_id = 'leaves'");
            blocker.commit();

            assertThat(change.get(20, TimeUnit.SECONDS).models()).isZero();
            assertThat(change.get().complete()).isTrue();
        }
        assertThat(store.policies.find("leaves")).isEmpty();
    }

    @Test
    void aDefaultThatIsNotThereYetOrNoMoreIsFoundByTheNextRound() {
        store.register("round", "rounds");
        store.execute(
                "INSERT INTO default_policies VALUES ('rounds', gen_random_uuid(), 1, 7, false, 60, 60, 'hard', 60,"
                        + " now(), now())");
        assertThat(store.defaults.reconcile()).isEqualTo(1);
        assertThat(policy("round").inherited()).isTrue();
        store.execute("UPDATE default_policies SET deleted = true, version = 2 WHERE project_id = 'rounds'");
        assertThat(store.defaults.reconcile()).isEqualTo(1);
        assertThat(store.policies.find("round")).isEmpty();
        assertThat(store.defaults.reconcile()).isZero();
    }

    @Test
    void twoDefaultsAtOnceLeaveAllModelsWithTheLaterOne() throws Exception {
        for (int i = 0; i < 5; i++) {
            store.register("two-" + i, "two");
        }
        List<CompletableFuture<Object>> both =
                inOrder(true, () -> setDefault("two", SHORT), () -> setDefault("two", LONG));

        assertThat(both).noneMatch(CompletableFuture::isCompletedExceptionally);
        PolicyTerms last = store.defaults.require("two").policy().terms();
        for (int i = 0; i < 5; i++) {
            assertThat(policy("two-" + i).policy().terms()).isEqualTo(last);
        }
        assertThat(store.defaults.require("two").complete()).isTrue();
    }

    /** Starts two changes, the one when the other waits for its turn, and lets both go on; they queue in that order. */
    private List<CompletableFuture<Object>> inOrder(boolean firstFirst, Work<Object> first, Work<Object> second)
            throws Exception {
        List<CompletableFuture<Object>> both;
        try (Connection blocker = versions()) {
            CompletableFuture<Object> one = async(firstFirst ? first : second);
            awaitWaiting(1);
            CompletableFuture<Object> other = async(firstFirst ? second : first);
            awaitWaiting(2);
            blocker.rollback();
            both = List.of(one, other);
            CompletableFuture.allOf(one, other).handle((done, failed) -> null).get(20, TimeUnit.SECONDS);
        }
        return both;
    }

    /** Ends the sessions of those who wait, as a crash would. */
    private void endWaiting() {
        store.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND cardinality(pg_blocking_pids(pid)) > 0");
    }

    private Object register(String model, String project) {
        store.register(model, project);
        return model;
    }

    private DefaultPolicies.Change setDefault(String project, PolicyTerms terms) {
        return store.defaults.put(project, terms, Precondition.none(), "ann");
    }

    private PolicyChange setPolicy(String model, PolicyTerms terms) {
        return store.policies.put(model, terms, Precondition.none(), "ann");
    }

    private RetentionLimits.Change setLimit(String project) {
        return store.limits.put(project, LIMIT, Precondition.none(), "ann");
    }

    private boolean isLimited(String project) {
        return store.number(
                        "SELECT count(*) FROM retention_limits WHERE NOT deleted AND project_id = '" + project + "'")
                == 1;
    }

    private Policy policy(String model) {
        return store.policies.find(model).orElseThrow();
    }
}
