package dev.inferencestore.job.deadletter;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.options.JobOptions;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Where dead letters go. */
public final class DeadLetterTopic {
    private DeadLetterTopic() {}

    /** A sink into it. */
    public static KafkaSink<DeadLetter> sink(Settings settings, Properties kafka) {
        long largest = settings.get(JobOptions.MAX_DEAD_LETTER);
        Properties properties = new Properties();
        properties.putAll(kafka);
        properties.setProperty("max.request.size", String.valueOf(largest));
        properties.setProperty("buffer.memory", String.valueOf(Math.max(32L << 20, 2 * largest)));
        return KafkaSink.<DeadLetter>builder()
                .setBootstrapServers(settings.get(JobOptions.KAFKA))
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(new DeadLetterSerializer(settings.get(JobOptions.DEAD_LETTERS), largest))
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }
}
