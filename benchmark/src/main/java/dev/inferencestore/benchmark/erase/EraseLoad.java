package dev.inferencestore.benchmark.erase;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The events of the trial: inputs that are like no other, each of one subject, over some hours of event time.
 *
 * @param records how many there are
 * @param size bytes of each input
 * @param subjects how many subjects share them by turns
 * @param hours of event time, up to now
 * @param seed decides the bytes
 */
record EraseLoad(String model, int records, int size, int subjects, int hours, long seed) {
    private static final String TOPIC = "inference-store.inferences";

    RawEvent event(int number, Instant now) {
        long millis = (long) hours * 3_600_000;
        Instant time = now.minusMillis(new SplittableRandom(seed ^ number).nextLong(millis));
        List<EventHeader> headers = List.of(
                header("ce_specversion", "1.0"),
                header("ce_type", "dev.inferencestore.inference.request"),
                header("ce_source", "/erase"),
                header("ce_id", id(number)),
                header("ce_modelid", model),
                header("ce_time", time.truncatedTo(ChronoUnit.MILLIS).toString()),
                header("ce_metadata", "{\"subject\":\"" + subject(number % subjects) + "\"}"),
                header("content-type", "application/octet-stream"));
        return new RawEvent(TOPIC, 0, 0, -1, utf8(id(number)), input(number), headers);
    }

    String id(int number) {
        return "trial-" + number;
    }

    String subject(int number) {
        return "subject-" + number;
    }

    /** Numbers of the events of a subject. */
    int[] of(int subject) {
        int[] numbers = new int[(records - subject + subjects - 1) / subjects];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = subject + i * subjects;
        }
        return numbers;
    }

    byte[] input(int number) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed + 31L * number).nextBytes(bytes);
        return bytes;
    }

    private static EventHeader header(String name, String value) {
        return new EventHeader(name, utf8(value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
