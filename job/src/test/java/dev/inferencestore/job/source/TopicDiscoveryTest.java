package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.job.Databases;
import dev.inferencestore.job.KafkaTopics;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.topic.SourceTopic;
import dev.inferencestore.storage.topic.SourceTopics;
import dev.inferencestore.storage.topic.TopicState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Looks at a real Kafka, which forbids what it is told to, and a real database. */
class TopicDiscoveryTest {
    private static KafkaTopics kafka;
    private static String main;
    private static PGSimpleDataSource database;

    private final String topic = KafkaTopics.name();
    private TopicDiscovery discovery;

    @BeforeAll
    static void start() throws Exception {
        kafka = new KafkaTopics();
        main = kafka.created(2);
        database = (PGSimpleDataSource) Databases.fresh();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void registerNothing() {
        register();
        discovery = discovery();
    }

    @Test
    void aTopicThatARegistrationNamesIsFoundFromThatTimeOn() throws Exception {
        kafka.created(topic, 3);
        assertThat(discovery.run().partitions()).containsExactlyInAnyOrder(of(main, 0), of(main, 1));
        assertThat(discovery.run().topics()).isEqualTo(new ReadTopics(Map.of()));

        Instant before = Instant.now();
        register(topic);
        Discovery.Found found = discovery.run();

        assertThat(found.partitions())
                .containsExactlyInAnyOrder(of(main, 0), of(main, 1), of(topic, 0), of(topic, 1), of(topic, 2));
        ReadTopics.Topic order = found.topics().topics().get(topic);
        assertThat(order.readable()).isTrue();
        assertThat(order.anew()).isFalse();
        assertThat(Instant.ofEpochMilli(order.since()).plus(TopicDiscovery.CLOCKS))
                .isBetween(before.minusMillis(1), Instant.now());
        assertThat(row(topic).state()).isEqualTo(TopicState.READING);
        assertThat(row(topic).detail()).isNull();
        assertThat(discovery().run().topics()).as("after a restart").isEqualTo(found.topics());
    }

    @Test
    void aTopicThatIsMissingIsReadOnceItIsMade() throws Exception {
        register(topic);

        Discovery.Found found = discovery.run();
        assertThat(found.partitions()).hasSize(2);
        assertThat(found.topics().topics().get(topic).readable()).isFalse();
        assertThat(row(topic).state()).isEqualTo(TopicState.MISSING);
        assertThat(row(topic).detail()).isEqualTo("Kafka has no topic of this name");

        kafka.created(topic, 1);
        found = discovery.run();
        assertThat(found.partitions()).contains(of(topic, 0));
        assertThat(found.topics().topics().get(topic).anew()).isFalse();
        assertThat(row(topic).state()).isEqualTo(TopicState.READING);
    }

    @Test
    void aTopicThatMayNotBeReadIsSaidToBeAndIsReadOnceItMay() throws Exception {
        kafka.created(topic, 1);
        register(topic);
        kafka.allowOnly(topic, AclOperation.DESCRIBE);

        assertThat(discovery.run().partitions()).doesNotContain(of(topic, 0));
        assertThat(row(topic).state()).isEqualTo(TopicState.FORBIDDEN);
        assertThat(row(topic).detail()).isEqualTo("the job's Kafka user may describe it but not read it");

        kafka.allowOnly(topic, AclOperation.CREATE);
        kafka.allowAll(topic, AclOperation.DESCRIBE);
        assertThat(discovery.run().partitions()).doesNotContain(of(topic, 0));
        assertThat(row(topic).state()).isEqualTo(TopicState.FORBIDDEN);
        assertThat(row(topic).detail()).isEqualTo("the job's Kafka user may not describe it, or it is not there");

        kafka.allowAll(topic, AclOperation.CREATE);
        assertThat(discovery.run().partitions()).contains(of(topic, 0));
        assertThat(row(topic).state()).isEqualTo(TopicState.READING);
    }

    @Test
    void ourOwnTopicsAndKafkasAreNeverReadAsInferences() throws Exception {
        kafka.created("control-of-" + main, 1);
        register("control-of-" + main, "__consumer_offsets", main);

        Discovery.Found found = discovery.run();

        assertThat(found.partitions()).containsExactlyInAnyOrder(of(main, 0), of(main, 1));
        assertThat(found.topics().topics()).isEmpty();
        assertThat(row("control-of-" + main).state()).isEqualTo(TopicState.REFUSED);
        assertThat(row("control-of-" + main).detail()).isEqualTo("it is one of the store's own topics, or of Kafka's");
        assertThat(row("__consumer_offsets").state()).isEqualTo(TopicState.REFUSED);
        assertThat(row(main).state()).as("is read anyway").isEqualTo(TopicState.READING);
    }

    @Test
    void aTopicThatNoModelNamesAnyMoreIsForgotten() throws Exception {
        kafka.created(topic, 1);
        register(topic);
        discovery.run();

        register();

        assertThat(discovery.run().topics().topics()).isEmpty();
        assertThat(row(topic).since()).isNull();
    }

    @Test
    void aTopicThatWasMadeAnewIsSaidToBeOnceAlsoAfterARestart() throws Exception {
        kafka.created(topic, 2);
        register(topic);
        discovery.run();

        kafka.delete(topic);
        assertThat(discovery.run().topics().topics().get(topic).readable()).isFalse();
        kafka.created(topic, 1);
        assertThat(discovery.run().topics().isAnew(topic)).isTrue();
        assertThat(discovery.run().topics().isAnew(topic)).isFalse();

        kafka.delete(topic);
        kafka.created(topic, 1);
        discovery = discovery();
        assertThat(discovery.run().topics().isAnew(topic)).isTrue();
        assertThat(discovery.run().topics().isAnew(topic)).isFalse();
    }

    @Test
    void aDatabaseThatIsAwayLeavesItAtWhatWasKnown() throws Exception {
        kafka.created(topic, 1);
        register(topic);
        PGSimpleDataSource ours = new PGSimpleDataSource();
        ours.setUrl(database.getUrl());
        ours.setUser(database.getUser());
        ours.setCurrentSchema(database.getCurrentSchema());
        int[] ports = ours.getPortNumbers();
        TopicDiscovery other = discovery(main, new SourceTopics(ours));

        ours.setPortNumbers(new int[] {1});
        Discovery.Found first = other.run();
        assertThat(first.partitions()).containsExactlyInAnyOrder(of(main, 0), of(main, 1));
        assertThat(first.topics()).as("nothing is dropped while nobody knows").isNull();

        ours.setPortNumbers(ports);
        Discovery.Found known = other.run();
        assertThat(known.partitions()).contains(of(topic, 0));

        ours.setPortNumbers(new int[] {1});
        assertThat(other.run()).isEqualTo(known);
    }

    @Test
    void theInferencesTopicMustBeThere() {
        assertThatThrownBy(() -> discovery(topic, new SourceTopics(database)).run())
                .hasMessage("the inferences topic '" + topic + "' cannot be read: Kafka has no topic of this name");
    }

    @Test
    void whatAReaderCouldNotReadIsShownAndSaidAgain() throws Exception {
        kafka.created(topic, 1);
        register(topic);
        assertThat(discovery.run().again()).isFalse();

        discovery.note(new CannotRead(topic, "not today"));
        assertThat(discovery.run().again()).isTrue();
        assertThat(row(topic).state()).isEqualTo(TopicState.UNKNOWN);
        assertThat(row(topic).detail()).isEqualTo("reading it failed and is tried again: not today");

        assertThat(discovery.run().again()).isFalse();
        assertThat(row(topic).state()).isEqualTo(TopicState.READING);
    }

    private static TopicDiscovery discovery() {
        return discovery(main, new SourceTopics(database));
    }

    private static TopicDiscovery discovery(String inferences, SourceTopics topics) {
        return new TopicDiscovery(inferences, Set.of("control-of-" + main), kafka.admin, topics);
    }

    private static void register(String... topics) {
        List<Source> sources =
                List.of(topics).stream().map(TopicDiscoveryTest::source).toList();
        new ModelRegistry(database)
                .register(new Registration("model", "p", "t", null, sources), Precondition.none(), "test");
    }

    private static SourceTopic row(String topic) {
        return new SourceTopics(database).of(List.of(source(topic))).get(0);
    }

    private static Source source(String topic) {
        return new Source("plain", Map.of("topic", topic));
    }

    private static TopicPartition of(String topic, int partition) {
        return new TopicPartition(topic, partition);
    }
}
