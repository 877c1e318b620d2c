package dev.inferencestore.api.deadletter;

import java.util.Locale;

/** Why a dead letter is not replayed. */
enum Cannot {
    UNKNOWN_LETTER("there is no such dead letter any more, or none that the caller may replay"),
    TOPIC_NOT_READ("the store does not read its topic: it is neither that of inferences nor one that a model names"),
    NO_TOPIC("Kafka has not the topic or the partition that it came by"),
    CUT_AND_GONE("the letter has not all of the event, and Kafka has removed it from its own topic"),
    TOO_LARGE("Kafka takes no event of its size any more");

    private final String sentence;

    Cannot(String sentence) {
        this.sentence = sentence;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    String sentence() {
        return sentence;
    }
}
