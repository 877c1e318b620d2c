package dev.inferencestore.job.deadletter;

import dev.inferencestore.domain.deadletter.LetterHeaders;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Writes a dead letter: the event's own key, headers and bytes, and after them the {@link LetterHeaders}. One that does not
 * fit goes without its headers and key and with the first 64 KiB of its value, and says so in {@code dl_cut}, the number of
 * bytes that it had.
 */
public final class DeadLetterSerializer implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;
    /** What Kafka and our own headers add, at the most. */
    private static final long OVERHEAD = 16 * 1024;

    /** Lengths of a header's name and value. */
    private static final int HEADER = 10;

    private static final byte[] NOTHING = {};

    private final String topic;
    private final long largest;

    public DeadLetterSerializer(String topic, long largest) {
        this.topic = topic;
        this.largest = largest;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            DeadLetter letter, KafkaSinkContext context, @Nullable Long timestamp) {
        RawEvent event = letter.event();
        boolean fits = !letter.withheld() && written(event) + OVERHEAD <= largest;
        byte[] value = event.value();
        if (letter.withheld()) {
            value = NOTHING;
        } else if (!fits && value != null && value.length > LetterHeaders.CUT_TO) {
            value = Arrays.copyOf(value, LetterHeaders.CUT_TO);
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, fits ? event.key() : null, value);
        if (fits) {
            for (EventHeader header : event.headers()) {
                record.headers().add(header.name(), header.value());
            }
        }
        add(record, LetterHeaders.REASON, letter.reason());
        add(record, LetterHeaders.DETAIL, letter.detail());
        add(record, LetterHeaders.TOPIC, event.topic());
        add(record, LetterHeaders.PARTITION, String.valueOf(event.partition()));
        add(record, LetterHeaders.OFFSET, String.valueOf(event.offset()));
        if (event.timestamp() >= 0) {
            add(record, LetterHeaders.TIMESTAMP, String.valueOf(event.timestamp()));
        }
        if (letter.modelId() != null) {
            add(record, LetterHeaders.MODEL, letter.modelId());
        }
        if (!fits) {
            add(record, LetterHeaders.CUT, String.valueOf(event.size()));
        }
        return record;
    }

    /** The bytes that Kafka is asked to write: a header's name may be longer than it was. */
    private static long written(RawEvent event) {
        long size = event.size();
        for (EventHeader header : event.headers()) {
            size += HEADER + Utils.utf8Length(header.name());
        }
        return size;
    }

    private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
