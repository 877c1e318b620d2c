package dev.inferencestore.api.deadletter;

import java.time.Duration;
import java.util.Set;

/**
 * Where dead letters are, and where their events go.
 *
 * @param topic of dead letters
 * @param inferencesTopic that events are sent to
 * @param neverTo topics that no event is ever sent to
 * @param deliveryTimeout how long a call waits for Kafka to acknowledge
 */
public record DeadLetterSettings(
        String bootstrapServers, String topic, String inferencesTopic, Set<String> neverTo, Duration deliveryTimeout) {
    public DeadLetterSettings {
        neverTo = Set.copyOf(neverTo);
    }
}
