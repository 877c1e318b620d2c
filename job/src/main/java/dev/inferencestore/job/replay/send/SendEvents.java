package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.options.KafkaProperties;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.record.StoreTotalsSerializer;
import dev.inferencestore.job.route.Total;
import dev.inferencestore.job.route.Totals;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Sends events to a topic, at least once: after a restart those since the last checkpoint come again. State: counts, which
 * therefore count each of them once.
 */
final class SendEvents implements Sink<Emission>, SupportsWriterState<Emission, Total> {
    private static final long serialVersionUID = 1L;
    private static final long PRODUCER_OVERHEAD = 1024;

    private final KafkaSink<RawEvent> kafka;
    private final Database database;
    private final Progress progress;

    private SendEvents(KafkaSink<RawEvent> kafka, Database database, Progress progress) {
        this.kafka = kafka;
        this.database = database;
        this.progress = progress;
    }

    /**
     * Makes the sink.
     *
     * @param most bytes of an event
     */
    static SendEvents to(Settings settings, String topic, long most, Progress progress) {
        Properties properties = KafkaProperties.of(settings);
        long request = most + PRODUCER_OVERHEAD;
        properties.setProperty("max.request.size", String.valueOf(request));
        properties.setProperty("buffer.memory", String.valueOf(Math.max(32L << 20, 2 * request)));
        KafkaSink<RawEvent> kafka = KafkaSink.<RawEvent>builder()
                .setBootstrapServers(settings.get(JobOptions.KAFKA))
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(new SentSerializer(topic))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
        return new SendEvents(kafka, Database.of(settings), progress);
    }

    @Override
    public SinkWriter<Emission> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<Emission, Total> restoreWriter(WriterInitContext context, Collection<Total> recovered)
            throws IOException {
        Totals totals = new Totals();
        recovered.forEach(total -> totals.add(total.name(), total.count()));
        if (recovered.isEmpty() && context.getRestoredCheckpointId().isPresent()) {
            earlier().forEach(totals::add);
        }
        return new SendEventsWriter(context, kafka.createWriter(context), database.connections(), progress, totals);
    }

    private Map<String, Long> earlier() throws IOException {
        try {
            return progress.ofFinished(ReplayKind.SEND, 0);
        } catch (SQLException failed) {
            throw new IOException("could not read what was counted before: " + failed.getMessage(), failed);
        }
    }

    @Override
    public SimpleVersionedSerializer<Total> getWriterStateSerializer() {
        return new StoreTotalsSerializer();
    }
}
