package dev.inferencestore.job.source;

import dev.inferencestore.domain.deadletter.LetterHeaders;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Takes a Kafka record as it is; nothing in it is looked at here but when Kafka had it first, which a replayed event says: so
 * that it is stored as of then, and as the same however often it is replayed.
 */
public final class RawEventReader implements KafkaRecordDeserializationSchema<RawEvent> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawEvent> out) {
        List<EventHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new EventHeader(header.key(), header.value()));
        }
        out.collect(new RawEvent(
                record.topic(),
                record.partition(),
                record.offset(),
                timestamp(record),
                record.key(),
                record.value(),
                headers));
    }

    private static long timestamp(ConsumerRecord<byte[], byte[]> record) {
        Header first = record.headers().lastHeader(LetterHeaders.FIRST_TIMESTAMP);
        return LetterHeaders.timestamp(record.timestamp(), first == null ? null : first.value());
    }

    @Override
    public TypeInformation<RawEvent> getProducedType() {
        return TypeInformation.of(RawEvent.class);
    }
}
