package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;

/** The process's way to the topic of dead letters and back; calls that Kafka does not answer are 503. */
public final class DeadLetters implements AutoCloseable {
    private static final String TRY_AGAIN_SECONDS = "5";
    private static final int TURN_SECONDS = 5;

    private final DeadLetterSettings settings;
    private final TopicReaders readers;
    private final ReplayProducer producer;

    /** Each holds many events on the heap. */
    private final Semaphore oneReplay = new Semaphore(1, true);

    private DeadLetters(DeadLetterSettings settings) {
        this.settings = settings;
        readers = new TopicReaders(settings.bootstrapServers());
        producer = new ReplayProducer(settings);
    }

    /** Does not need Kafka to be there yet. */
    public static DeadLetters open(DeadLetterSettings settings) {
        return new DeadLetters(settings);
    }

    DeadLetterSettings settings() {
        return settings;
    }

    ReplayProducer producer() {
        return producer;
    }

    /**
     * Reads the topic, by one of few connections.
     *
     * @throws KafkaAway where Kafka does not answer, or has no such topic
     */
    <T> T read(BiFunction<TopicReader, List<TopicPartition>, T> reading) {
        return readers.read(reader -> {
            List<TopicPartition> partitions = reader.partitions(settings.topic());
            if (partitions.isEmpty()) {
                throw new KafkaAway("Kafka has no topic " + settings.topic() + " (kafka.dead-letter-topic)");
            }
            return reading.apply(reader, partitions);
        });
    }

    /** The letter of an id, where it is there. */
    Optional<Letter> find(LetterId id) {
        return read((reader, partitions) -> {
            if (id.partition() >= partitions.size()) {
                return Optional.empty();
            }
            TopicPartition partition = partitions.get(id.partition());
            TopicReader.Range there = reader.range(partition);
            List<Letter> found = new ArrayList<>();
            if (id.offset() >= there.begin() && id.offset() < there.end()) {
                reader.read(partition, id.offset(), id.offset() + 1, System.nanoTime(), record -> {
                    Letter.of(record).ifPresent(found::add);
                    return true;
                });
            }
            return found.stream().findFirst();
        });
    }

    /**
     * Does what one call at a time may.
     *
     * @throws KafkaAway where another takes too long
     */
    void alone(Runnable replay) {
        try {
            if (!oneReplay.tryAcquire(TURN_SECONDS, TimeUnit.SECONDS)) {
                throw new KafkaAway("this process replays dead letters for somebody else");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaAway("the API stops", interrupted);
        }
        try {
            replay.run();
        } finally {
            oneReplay.release();
        }
    }

    /**
     * Answers a call.
     *
     * @throws ProblemException 503 where Kafka is away
     */
    static void answering(Context call, Runnable answer) {
        try {
            answer.run();
        } catch (KafkaAway away) {
            call.header("Retry-After", TRY_AGAIN_SECONDS);
            throw ProblemException.of(ProblemKind.UNAVAILABLE, away.getMessage() + ": send this again later");
        }
    }

    @Override
    public void close() {
        readers.close();
        producer.close();
    }
}
