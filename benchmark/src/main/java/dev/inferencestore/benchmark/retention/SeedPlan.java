package dev.inferencestore.benchmark.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is stored before anything is removed. Event times go back twice the age, so that half of everything is past it.
 *
 * @param records of all models together
 * @param inputs how many of the records have one
 * @param inputBytes of each input
 * @param inputsAnObject about
 * @param now the newest event time
 * @param age what the policies of the trial say
 */
record SeedPlan(
        int models, int records, int inputs, int inputBytes, int inputsAnObject, long seed, Instant now, Duration age) {
    private static final String MODEL = "retention-";

    SeedPlan {
        if (inputs > records) {
            throw new IllegalArgumentException("'inputs' must not be more than 'records'");
        }
    }

    static String model(int index) {
        return "%s%04d".formatted(MODEL, index);
    }

    static List<String> models(int models) {
        return IntStream.range(0, models).mapToObj(SeedPlan::model).toList();
    }

    int recordsOf(int model) {
        return share(records, model);
    }

    int inputsOf(int model) {
        return share(inputs, model);
    }

    private int share(int all, int model) {
        return all / models + (model < all % models ? 1 : 0);
    }
}
