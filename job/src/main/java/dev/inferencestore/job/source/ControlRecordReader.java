package dev.inferencestore.job.source;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads control records. What is none is passed over with an error in the log: only the relay writes this topic, and
 * PostgreSQL has what it should have said.
 */
final class ControlRecordReader implements KafkaRecordDeserializationSchema<ControlRecord> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ControlRecordReader.class);

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ControlRecord> out) {
        if (record.value() == null) {
            return;
        }
        try {
            out.collect(ControlRecordCodec.decode(record.value()));
        } catch (IllegalArgumentException notOne) {
            LOG.error(
                    "{}-{}@{} is no control record; who but the relay writes to this topic? {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    notOne.getMessage());
        }
    }

    @Override
    public TypeInformation<ControlRecord> getProducedType() {
        return TypeInformation.of(ControlRecord.class);
    }
}
