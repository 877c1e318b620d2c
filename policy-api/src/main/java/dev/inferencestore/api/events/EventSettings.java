package dev.inferencestore.api.events;

import java.time.Duration;

/**
 * How events get to Kafka.
 *
 * @param maxBody bytes of the largest request body
 * @param maxInFlight bytes of request bodies that wait for Kafka at once, over all calls
 * @param deliveryTimeout how long a call waits for Kafka
 */
public record EventSettings(
        String bootstrapServers, String topic, int maxBody, long maxInFlight, Duration deliveryTimeout) {}
