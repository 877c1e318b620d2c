package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionLimit;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.project.DefaultPolicy;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many people change projects and models at once; whatever came first, what is true of all of them holds. */
class RandomProjectsTest extends RaceTests {
    private static final int PEOPLE = 4;
    private static final int CHANGES = 40;
    private List<String> projects = List.of();
    private List<String> models = List.of();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void noModelIsLeftBehindAndNoLimitIsPassed(long seed) throws Exception {
        // Of their own: a limit that one seed leaves behind would refuse the models of the next.
        projects = List.of("red-" + seed, "blue-" + seed);
        models = Stream.of("a", "b", "c", "d").map(model -> model + seed).toList();
        models.forEach(model -> store.register(model, projects.get(0)));
        AtomicInteger done = new AtomicInteger();
        List<CompletableFuture<Object>> people = IntStream.range(0, PEOPLE)
                .mapToObj(person -> async(() -> {
                    Random random = new Random(seed * PEOPLE + person);
                    for (int i = 0; i < CHANGES; i++) {
                        done.addAndGet(changed(random) ? 1 : 0);
                    }
                    return (Object) person;
                }))
                .toList();
        for (CompletableFuture<Object> person : people) {
            person.get(60, TimeUnit.SECONDS);
        }

        assertThat(done.get()).as("not all are refused").isGreaterThan(PEOPLE * CHANGES / 4);
        assertThat(store.defaults.reconcile()).as("left behind").isZero();
        models.forEach(this::check);
        for (String project : projects) {
            assertThat(limit(project).isPresent() && defaultOf(project).isEmpty())
                    .as("a limit without a default")
                    .isFalse();
        }
    }

    private void check(String model) {
        String project = new ModelRegistry(store.database)
                .find(model)
                .orElseThrow()
                .registration()
                .projectId();
        Optional<Policy> policy = store.policies.find(model);
        if (policy.isEmpty() || policy.get().inherited()) {
            assertThat(policy.map(has -> has.policy().terms()))
                    .isEqualTo(defaultOf(project).map(DefaultPolicy::terms));
        }
        limit(project).ifPresent(limit -> assertThat(policy)
                .hasValueSatisfying(
                        has -> assertThat(limit.brokenBy(has.policy().terms())).isEmpty()));
        assertThat(Optional.ofNullable(ControlRecordCodec.decode(sent(model)).policy()))
                .as("what the job was told last")
                .isEqualTo(policy.map(Policy::policy));
    }

    /** One change; false where it was refused. */
    private boolean changed(Random random) {
        String project = projects.get(random.nextInt(projects.size()));
        String model = models.get(random.nextInt(models.size()));
        long age = 60L * (1 + random.nextInt(4));
        PolicyTerms terms = new PolicyTerms(age, age, DeleteAction.SOFT, 3600);
        Precondition any = Precondition.none();
        try {
            switch (random.nextInt(7)) {
                case 0, 1 -> store.defaults.put(project, terms, any, "x");
                case 2 -> store.policies.put(model, terms, any, "x");
                case 3 -> store.policies.delete(model, any, "x");
                case 4 -> store.register(model, project);
                case 5 -> store.limits.put(project, new RetentionLimit(age, age), any, "x");
                default -> {
                    if (random.nextBoolean()) {
                        store.limits.delete(project, any, "x");
                    } else {
                        store.defaults.delete(project, any, "x");
                    }
                }
            }
            return true;
        } catch (Conflict | Invalid | NotFound refused) {
            return false;
        }
    }

    private Optional<DefaultPolicy> defaultOf(String project) {
        try {
            return Optional.of(store.defaults.require(project).policy());
        } catch (NotFound none) {
            return Optional.empty();
        }
    }

    private Optional<RetentionLimit> limit(String project) {
        try {
            return Optional.of(store.limits.require(project).limit());
        } catch (NotFound none) {
            return Optional.empty();
        }
    }

    private byte[] sent(String model) {
        return store.jdbi
                .withHandle(handle -> handle.createQuery("SELECT record FROM control_outbox WHERE model_id = '" + model
                                + "' ORDER BY control_version DESC LIMIT 1")
                        .mapTo(String.class)
                        .one())
                .getBytes(StandardCharsets.UTF_8);
    }
}
