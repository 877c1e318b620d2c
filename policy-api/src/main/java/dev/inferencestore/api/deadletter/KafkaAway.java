package dev.inferencestore.api.deadletter;

/** Kafka does not answer, or not what it should: whoever asked may try again. */
final class KafkaAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KafkaAway(String message) {
        super(message);
    }

    KafkaAway(String message, Throwable cause) {
        super(message, cause);
    }
}
