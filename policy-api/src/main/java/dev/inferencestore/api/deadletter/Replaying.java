package dev.inferencestore.api.deadletter;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.storage.deadletter.DeadEvent;
import dev.inferencestore.storage.deadletter.DeadLetterReplays;
import dev.inferencestore.storage.deadletter.Replayed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the letters of one call: which of them, whole, published, remembered, in this order. Who dies in between has
 * published what nobody remembers, and it is published once more: an event that comes twice is stored once.
 */
final class Replaying {
    private static final Logger LOG = LoggerFactory.getLogger(Replaying.class);

    private final DeadLetterReplays replays;
    private final boolean again;
    private final Map<LetterId, Cannot> cannot = new TreeMap<>();
    private final List<Ready> ready = new ArrayList<>();
    private int skipped;

    /**
     * Nothing is replayed yet.
     *
     * @param again whether also what was replayed before is
     */
    Replaying(DeadLetterReplays replays, boolean again) {
        this.replays = replays;
        this.again = again;
    }

    private record Ready(Replayed what, LetterId letter, ProducerRecord<byte[], byte[]> record) {}

    /** Makes the events of letters ready to be sent. */
    void prepare(TopicReader reader, ReplayTopics topics, Gathered gathered) {
        gathered.unknown().forEach(id -> cannot.put(id, Cannot.UNKNOWN_LETTER));
        Set<DeadEvent> before = again ? Set.of() : before(gathered.letters());
        Set<DeadEvent> now = new HashSet<>();
        Originals originals = new Originals(reader);
        for (Letter letter : gathered.letters()) {
            DeadEvent event = letter.event();
            if (event == null || !topics.takes(event.topic())) {
                cannot.put(letter.id(), Cannot.TOPIC_NOT_READ);
            } else if (before.contains(event) || !now.add(event)) {
                skipped++;
            } else if (event.partition() >= reader.partitions(event.topic()).size()) {
                cannot.put(letter.id(), Cannot.NO_TOPIC);
            } else {
                prepare(letter, event, originals);
            }
        }
    }

    private Set<DeadEvent> before(List<Letter> letters) {
        return replays.of(letters.stream()
                        .map(Letter::event)
                        .filter(Objects::nonNull)
                        .toList())
                .keySet();
    }

    private void prepare(Letter letter, DeadEvent event, Originals originals) {
        Optional<RawEvent> whole = letter.cut() == null ? Optional.of(letter.held()) : originals.find(letter);
        whole.ifPresentOrElse(
                found -> ready.add(new Ready(
                        new Replayed(
                                event,
                                letter.id().partition(),
                                letter.id().offset(),
                                letter.modelId(),
                                letter.cut() == null),
                        letter.id(),
                        ReplayedRecord.of(letter.id(), found))),
                () -> cannot.put(letter.id(), Cannot.CUT_AND_GONE));
    }

    ReplayOutcome dryRun(Gathered gathered) {
        return outcome(gathered, ready.size(), 0);
    }

    /**
     * Publishes them and remembers those that Kafka has.
     *
     * @throws KafkaAway where it has not all of them
     */
    ReplayOutcome publish(Gathered gathered, ReplayProducer producer, String actor) {
        List<@Nullable Exception> outcomes =
                producer.publish(ready.stream().map(Ready::record).toList());
        List<Replayed> acknowledged = new ArrayList<>();
        Exception worst = null;
        int failed = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            Exception failure = outcomes.get(i);
            if (failure == null) {
                acknowledged.add(ready.get(i).what());
            } else if (failure instanceof RecordTooLargeException) {
                cannot.put(ready.get(i).letter(), Cannot.TOO_LARGE);
            } else {
                worst = failure;
                failed++;
            }
        }
        if (!acknowledged.isEmpty()) {
            replays.remember(acknowledged, actor);
        }
        if (worst != null) {
            if (!(worst instanceof RetriableException)) {
                LOG.error("Kafka refuses events of dead letters", worst);
            }
            throw new KafkaAway(
                    "Kafka did not acknowledge " + failed + " of " + outcomes.size()
                            + " events in time (events.delivery-timeout); the others are replayed, and skipped next time",
                    worst);
        }
        return outcome(gathered, acknowledged.size(), acknowledged.size());
    }

    private ReplayOutcome outcome(Gathered gathered, int matched, int replayed) {
        return new ReplayOutcome(matched, replayed, skipped, cannot, gathered.next(), gathered.lookedUntil());
    }
}
