package dev.inferencestore.api.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading by ranges, where Kafka removes what is read or there is much of it. */
class ReadingTest {
    private static final long SOON = Duration.ofSeconds(10).toNanos();

    private TestServers.Store store;
    private TestTopic letters;
    private TopicReaders readers;

    @BeforeEach
    void start() {
        store = TestServers.newStore();
        letters = TestTopic.create(store.bootstrapServers(), store.topic() + "-dead", 1, Map.of());
        readers = new TopicReaders(store.bootstrapServers());
    }

    @AfterEach
    void stop() {
        readers.close();
    }

    @Test
    void whatKafkaHasRemovedSinceTheCallBeganIsPassedOver() {
        write(20);

        List<Long> read = readers.read(reader -> {
            TopicPartition partition = letters.topicPartitions().get(0);
            assertThat(reader.range(partition)).isEqualTo(new TopicReader.Range(0, 20));
            letters.removeBefore(0, 15);
            List<Long> offsets = new ArrayList<>();
            assertThat(reader.read(partition, 0, 18, System.nanoTime() + SOON, record -> offsets.add(record.offset())))
                    .isEqualTo(18);
            assertThat(reader.range(partition)).isEqualTo(new TopicReader.Range(15, 20));
            letters.removeBefore(0, 20);
            assertThat(reader.read(partition, 15, 18, System.nanoTime() + SOON, record -> offsets.add(record.offset())))
                    .isEqualTo(18);
            return offsets;
        });

        assertThat(read).containsExactly(15L, 16L, 17L);
    }

    @Test
    void goingBackEndsWhereKafkaHasRemovedTheRest() {
        write(1000);

        List<Long> seen = readers.read(reader -> {
            TopicPartition partition = letters.topicPartitions().get(0);
            Backward side = new Backward(reader, partition, 0, 1000, letter -> true);
            List<Long> offsets = new ArrayList<>();
            while (side.fill(System.nanoTime() + SOON) && !side.isEnded()) {
                offsets.add(side.take().offset());
                if (offsets.size() == 5) {
                    letters.removeBefore(0, 900);
                }
            }
            return offsets;
        });

        assertThat(seen)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> 999L - i).toList());
    }

    @Test
    void readingStopsWhenItIsToldToAndWhenItsTimeIsOver() {
        write(1000);

        readers.read(reader -> {
            TopicPartition partition = letters.topicPartitions().get(0);
            assertThat(reader.read(partition, 3, 1000, System.nanoTime() + SOON, record -> record.offset() < 7))
                    .isEqualTo(8);
            // Something is always read.
            assertThat(reader.read(partition, 3, 1000, System.nanoTime() - 1, record -> true))
                    .isGreaterThan(3)
                    .isLessThanOrEqualTo(1000);
            return "";
        });
    }

    @Test
    void aTopicThatThereIsNotHasNoPartitionsAndIsNotMade() {
        assertThat(readers.<List<TopicPartition>>read(reader -> reader.partitions("nobody-made-it")))
                .isEmpty();
        assertThat(readers.<List<TopicPartition>>read(reader -> reader.partitions("nobody-made-it")))
                .isEmpty();
    }

    @Test
    void whoeverFailsDoesNotKeepAPlace() {
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> readers.read(reader -> {
                        throw new IllegalStateException("on purpose");
                    }))
                    .hasMessage("on purpose");
        }
        assertThat(readers.<List<TopicPartition>>read(reader -> reader.partitions(letters.name())))
                .hasSize(1);
    }

    @Test
    void aCallLooksAtSoManyAndSaysHowFarItHasCome() {
        letters.write(List.of(TestLetter.of("needle").on(letters, 0)));
        letters.write(IntStream.range(0, 12_000)
                .mapToObj(i -> TestLetter.of("hay").on(letters, 0))
                .toList());
        try (PolicyApi api = PolicyApi.start(store.settings(false, "--kafka.dead-letter-topic", letters.name()))) {
            Client client = new Client(api);

            JsonNode page = client.get("/api/v1/dead-letters?model_id=needle").json();
            assertThat(page.path("items")).isEmpty();
            assertThat(Instant.parse(page.path("scanned_until").asText())).isBefore(Instant.now());
            int calls = 1;
            while (page.path("items").isEmpty()) {
                page = client.get("/api/v1/dead-letters?model_id=needle&cursor="
                                + page.path("next_cursor").asText())
                        .json();
                calls++;
            }

            assertThat(page.path("items")).hasSize(1);
            assertThat(page.path("next_cursor").isNull()).isTrue();
            assertThat(page.path("scanned_until").isNull()).isTrue();
            assertThat(calls).isBetween(2, 20);
        }
    }

    private void write(int count) {
        letters.write(IntStream.range(0, count)
                .mapToObj(i -> TestLetter.of("m").on(letters, 0))
                .toList());
    }
}
