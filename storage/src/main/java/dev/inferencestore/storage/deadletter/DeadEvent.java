package dev.inferencestore.storage.deadletter;

/**
 * The event that a dead letter is about, by where it stood. Letters that a crash has doubled are about the same.
 *
 * @param millis its Kafka timestamp, milliseconds since 1970; -1 where the letter does not say
 */
public record DeadEvent(String topic, int partition, long offset, long millis) {}
