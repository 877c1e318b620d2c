package dev.inferencestore.storage.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.storage.Servers;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourceTopicsTest {
    private static final Source SELDON = new Source("seldon", Map.of("namespace", "shop", "model", "churn"));

    private final DataSource database = Servers.database();
    private final Jdbi jdbi = Jdbi.create(database);
    private final ModelRegistry registry = new ModelRegistry(database);
    private final SourceTopics topics = new SourceTopics(database);

    @BeforeEach
    void nothingIsNamed() {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM models; DELETE FROM source_topics"));
    }

    @Test
    void theTopicsOfRegisteredModelsAreWantedFromTheirRegistrationOnWhetherStorageIsOnOrNot() {
        Instant before = Instant.now();
        register("one", SELDON, shared("one"));
        register("other", shared("other"), new Source("kserve", Map.of("inference_service", "s")));
        register("broken", new Source("seldon", Map.of("namespace", "n")), new Source("nonsense", Map.of()));

        Map<String, WantedTopic> wanted = topics.wanted();

        assertThat(wanted)
                .containsOnlyKeys("seldon.shop.model.churn.inputs", "seldon.shop.model.churn.outputs", "shared");
        assertThat(wanted.get("shared").since()).isBetween(before.minusMillis(1), Instant.now());
        assertThat(wanted.get("shared").topicId()).isNull();
    }

    @Test
    void aTopicKeepsItsTimeForAsLongAsSomebodyNamesIt() {
        register("one", shared("one"), plain("own"));
        Instant since = topics.wanted().get("shared").since();

        register("other", shared("other"), plain("more"));
        register("one");

        assertThat(topics.wanted()).containsOnlyKeys("shared", "more");
        assertThat(topics.wanted().get("shared").since()).isEqualTo(since);
        register("one", plain("own"));
        assertThat(topics.wanted().get("own").since()).as("anew").isAfter(since);
    }

    @Test
    void topicsOfUnregisteredModelsAreForgotten() {
        register("one", plain("gone"));
        jdbi.useHandle(handle -> handle.execute("UPDATE models SET deleted = true"));

        assertThat(topics.wanted()).isEmpty();
        assertThat(rows()).isZero();
    }

    @Test
    void modelsThatWereRegisteredBeforeThereWasTheTableAreFound() {
        register("one", plain("old"));
        jdbi.useHandle(handle -> handle.execute("DELETE FROM source_topics"));

        assertThat(topics.wanted()).containsOnlyKeys("old");
    }

    @Test
    void aTopicThatIsNamedWhileOthersAreForgottenIsNot() {
        register("one", plain("first"));
        CompletableFuture<Map<String, WantedTopic>> looking = jdbi.inTransaction(registering -> {
            registering.execute("LOCK TABLE source_topics IN EXCLUSIVE MODE");
            SourceTopics.want(registering, List.of(plain("meanwhile")));
            CompletableFuture<Map<String, WantedTopic>> look = CompletableFuture.supplyAsync(topics::wanted);
            // It has read which topics models name, and waits to forget the others.
            while (waiting() == 0) {
                Thread.onSpinWait();
            }
            return look;
        });

        assertThat(looking.join()).containsOnlyKeys("first");
        assertThat(of("meanwhile").since()).isNotNull();
    }

    @Test
    void whatWasFoundIsWrittenWhenItChangedAndOnceAMinute() {
        register("one", plain("topic"));
        TopicFinding missing = new TopicFinding("topic", TopicState.MISSING, "not there", 0, null);
        TopicFinding reading = new TopicFinding("topic", TopicState.READING, null, 3, "id");
        assertThat(of("topic").state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(of("topic").checkedAt()).isNull();

        topics.report(List.of(missing));
        Instant first = of("topic").checkedAt();
        topics.report(List.of(missing));
        assertThat(of("topic"))
                .isEqualTo(new SourceTopic(
                        "topic", TopicState.MISSING, "not there", of("topic").since(), first));

        topics.report(List.of(reading));
        assertThat(of("topic").state()).isEqualTo(TopicState.READING);
        assertThat(of("topic").detail()).isNull();
        assertThat(of("topic").checkedAt()).isAfter(first);
        assertThat(topics.wanted().get("topic").topicId()).isEqualTo("id");

        checked(Duration.ofSeconds(51));
        Instant before = of("topic").checkedAt();
        topics.report(List.of(reading));
        assertThat(of("topic").checkedAt()).isAfter(before);

        topics.report(List.of(missing));
        assertThat(topics.wanted().get("topic").topicId())
                .as("to tell a new one by")
                .isEqualTo("id");
    }

    @Test
    void whatNoJobHasLookedAtForMinutesIsNotKnown() {
        register("one", plain("topic"));
        topics.report(List.of(new TopicFinding("topic", TopicState.READING, null, 3, "id")));

        checked(Duration.ofMinutes(2));
        assertThat(of("topic").state()).isEqualTo(TopicState.READING);
        checked(Duration.ofMinutes(4));
        assertThat(of("topic").state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(of("topic").detail())
                .isEqualTo("no job has looked at it since " + of("topic").checkedAt() + ", when it was 'reading'");
        assertThat(of("never-named")).isEqualTo(new SourceTopic("never-named", TopicState.UNKNOWN, null, null, null));
    }

    private void register(String model, Source... sources) {
        registry.register(new Registration(model, "p", "t", null, List.of(sources)), Precondition.none(), "test");
    }

    private SourceTopic of(String topic) {
        return topics.of(Set.of(plain(topic))).get(0);
    }

    private void checked(Duration ago) {
        jdbi.useHandle(handle -> handle.execute(
                "UPDATE source_topics SET checked_at = clock_timestamp() - make_interval(secs => ?)", ago.toSeconds()));
    }

    private int waiting() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                                + " WHERE NOT granted AND datname = current_database()")
                        .mapTo(Integer.class)
                        .one());
    }

    private int rows() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT count(*) FROM source_topics")
                .mapTo(Integer.class)
                .one());
    }

    /** Of several models on one topic. */
    private static Source shared(String model) {
        return new Source("mlserver", Map.of("model", model, "input_topic", "shared"));
    }

    private static Source plain(String topic) {
        return new Source("plain", Map.of("topic", topic));
    }
}
