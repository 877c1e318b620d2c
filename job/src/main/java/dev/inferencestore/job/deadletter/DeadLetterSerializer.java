package dev.inferencestore.job.deadletter;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Writes a dead letter: the event's own key, headers and bytes, and headers {@code dl_reason}, {@code dl_detail},
 * {@code dl_topic}, {@code dl_partition}, {@code dl_offset}. One that does not fit goes without its headers and key and
 * with the first 64 KiB of its value, and says so in {@code dl_cut}, the number of bytes that it had.
 */
public final class DeadLetterSerializer implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;
    private static final int CUT = 64 * 1024;

    /** What Kafka and our own headers add, at the most. */
    private static final long OVERHEAD = 16 * 1024;

    /** Lengths of a header's name and value. */
    private static final int HEADER = 10;

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
        boolean fits = written(event) + OVERHEAD <= largest;
        byte[] value = event.value();
        if (!fits && value != null && value.length > CUT) {
            value = Arrays.copyOf(value, CUT);
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, fits ? event.key() : null, value);
        if (fits) {
            for (EventHeader header : event.headers()) {
                record.headers().add(header.name(), header.value());
            }
        } else {
            add(record, "dl_cut", String.valueOf(event.size()));
        }
        add(record, "dl_reason", letter.reason());
        add(record, "dl_detail", letter.detail());
        add(record, "dl_topic", event.topic());
        add(record, "dl_partition", String.valueOf(event.partition()));
        add(record, "dl_offset", String.valueOf(event.offset()));
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
