package dev.inferencestore.api.deadletter;

import dev.inferencestore.domain.deadletter.LetterHeaders;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * An event as it is sent again: as it came, to where it came by, and with where it comes from now.
 *
 * <p>Its first timestamp is a header and not that of the record: topics may stamp what is appended, and where they do not,
 * Kafka removes what is older than it keeps things, within seconds and perhaps before the job has read it.
 */
final class ReplayedRecord {
    /** Of an event that was replayed before. */
    private static final Set<String> ADDED = Set.of(LetterHeaders.REPLAYED, LetterHeaders.FIRST_TIMESTAMP);

    private ReplayedRecord() {}

    /** The record of an event; in the same partition, so that it comes after what it came after. */
    static ProducerRecord<byte[], byte[]> of(LetterId letter, RawEvent event) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(event.topic(), event.partition(), null, event.key(), event.value());
        for (EventHeader header : event.headers()) {
            if (!ADDED.contains(header.name())) {
                record.headers().add(header.name(), header.value());
            }
        }
        record.headers().add(LetterHeaders.REPLAYED, bytes(letter.text()));
        if (event.timestamp() >= 0) {
            record.headers().add(LetterHeaders.FIRST_TIMESTAMP, bytes(Long.toString(event.timestamp())));
        }
        return record;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
