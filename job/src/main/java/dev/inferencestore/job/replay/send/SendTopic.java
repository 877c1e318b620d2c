package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.options.KafkaProperties;
import dev.inferencestore.job.source.KafkaSources;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic that events are sent to, as it is when the job is submitted. */
final class SendTopic {
    private static final Logger LOG = LoggerFactory.getLogger(SendTopic.class);
    private static final long SECONDS = 60;

    /** What Kafka adds to one record in a batch of its own, and more. */
    private static final long OVERHEAD = 1024;

    private SendTopic() {}

    /**
     * Looks at it.
     *
     * @return the most bytes that key, value and headers of an event may have: no more than the store would take back
     * @throws IllegalArgumentException where there is none, or it is one of the store's own
     */
    static long mostBytes(Settings settings, String topic) throws InterruptedException {
        if (Set.of(
                        settings.get(JobOptions.CONTROL),
                        settings.get(JobOptions.DEAD_LETTERS),
                        KafkaSources.RETENTION_EVENTS)
                .contains(topic)) {
            throw new IllegalArgumentException(
                    "'" + topic + "' is the store's own topic, which has no events of models");
        }
        Properties properties = KafkaProperties.of(settings);
        properties.setProperty("bootstrap.servers", settings.get(JobOptions.KAFKA));
        try (Admin admin = Admin.create(properties)) {
            admin.describeTopics(List.of(topic)).allTopicNames().get(SECONDS, TimeUnit.SECONDS);
            return Math.min(settings.get(JobOptions.MAX_EVENT), mostOfTopic(admin, topic) - OVERHEAD);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new IllegalArgumentException("there is no topic '" + topic + "'", failed);
            }
            throw new KafkaException("Kafka answered an error: " + failed.getMessage(), failed);
        } catch (TimeoutException silent) {
            throw new KafkaException("Kafka did not answer in " + SECONDS + " s", silent);
        }
    }

    private static long mostOfTopic(Admin admin, String topic)
            throws InterruptedException, ExecutionException, TimeoutException {
        ConfigResource asked = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Map<ConfigResource, Config> answer =
                    admin.describeConfigs(List.of(asked)).all().get(SECONDS, TimeUnit.SECONDS);
            return answer.values().stream()
                    .map(Config::entries)
                    .flatMap(Collection::stream)
                    .filter(entry -> entry.name().equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                    .map(ConfigEntry::value)
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AuthorizationException) {
                LOG.warn("How large records of topic '{}' may be is not known: {}", topic, failed.getMessage());
                return Long.MAX_VALUE;
            }
            throw failed;
        }
    }
}
