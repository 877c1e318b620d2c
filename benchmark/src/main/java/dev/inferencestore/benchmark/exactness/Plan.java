package dev.inferencestore.benchmark.exactness;

import java.util.ArrayList;
import java.util.List;

/**
 * What a load consists of. The same plan always gives the same load, byte for byte.
 *
 * @param events Kafka records in one sending
 * @param models registered models
 * @param enabled how many of them, the first ones, have storage on
 * @param malformed how many of the events cannot be stored; all are for enabled models
 * @param seed decides ids, times and contents
 * @param baseTime the newest event time, milliseconds since 1970
 */
record Plan(int events, int models, int enabled, int malformed, long seed, long baseTime) {
    Plan {
        require(events > 0, "events must be at least 1");
        require(models > 0 && models <= 1000, "models must be from 1 to 1000");
        require(enabled > 0 && enabled <= models, "enabled must be from 1 to models");
        require(malformed >= 0 && malformed <= events, "malformed must be from 0 to events");
    }

    /** The id of a registered model. */
    String model(int number) {
        return "trial-%03d".formatted(number);
    }

    List<String> enabledModels() {
        return names(0, enabled);
    }

    List<String> disabledModels() {
        return names(enabled, models);
    }

    private List<String> names(int from, int to) {
        List<String> names = new ArrayList<>();
        for (int number = from; number < to; number++) {
            names.add(model(number));
        }
        return names;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
