package dev.inferencestore.api.deadletter;

import dev.inferencestore.domain.deadletter.LetterHeaders;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Events that did not fit into their letters, from their own topics as long as Kafka keeps them there. */
final class Originals {
    private final TopicReader reader;

    Originals(TopicReader reader) {
        this.reader = reader;
    }

    /** The whole event of a letter that was cut; empty where it is gone, or another one stands in its place. */
    Optional<RawEvent> find(Letter letter) {
        TopicPartition partition =
                new TopicPartition(letter.held().topic(), letter.held().partition());
        long offset = letter.held().offset();
        TopicReader.Range there = reader.range(partition);
        if (offset < there.begin() || offset >= there.end()) {
            return Optional.empty();
        }
        List<RawEvent> found = new ArrayList<>();
        reader.read(partition, offset, offset + 1, System.nanoTime(), record -> {
            found.add(event(record));
            return true;
        });
        return found.stream().filter(event -> isOf(letter, event)).findFirst();
    }

    /** A topic that was made anew has other events at the same places. Of an event that is withheld there is no beginning. */
    private static boolean isOf(Letter letter, RawEvent event) {
        return event.size() == letter.size()
                && (letter.held().timestamp() < 0 || letter.held().timestamp() == event.timestamp())
                && begins(event.value(), letter.held().value());
    }

    private static boolean begins(byte @Nullable [] value, byte @Nullable [] beginning) {
        return beginning == null
                || (value != null
                        && value.length >= beginning.length
                        && Arrays.equals(value, 0, beginning.length, beginning, 0, beginning.length));
    }

    /** As the job saw it. */
    private static RawEvent event(ConsumerRecord<byte[], byte[]> record) {
        List<EventHeader> headers = new ArrayList<>();
        byte[] first = null;
        for (Header header : record.headers()) {
            headers.add(new EventHeader(header.key(), header.value()));
            first = header.key().equals(LetterHeaders.FIRST_TIMESTAMP) ? header.value() : first;
        }
        return new RawEvent(
                record.topic(),
                record.partition(),
                record.offset(),
                LetterHeaders.timestamp(record.timestamp(), first),
                record.key(),
                record.value(),
                headers);
    }
}
