package dev.inferencestore.benchmark.retention;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Event times of one model, microseconds since 1970: inputs in a few busy hours, the other records anywhere. */
final class SeedTimes {
    private static final long HOUR = 3_600_000_000L;

    /** Kept between inputs and the ends of the range, so that all of an hour is on one side. */
    private static final long MARGIN = 2 * HOUR;

    private final SeedPlan plan;
    private final int model;
    private final SplittableRandom random;

    SeedTimes(SeedPlan plan, int model, SplittableRandom random) {
        this.plan = plan;
        this.model = model;
        this.random = random;
    }

    /** The times of the inputs of each object, which are of one hour; about half of them are past the age. */
    List<List<Long>> objects() {
        int inputs = plan.inputsOf(model);
        int objects = (inputs + plan.inputsAnObject() - 1) / plan.inputsAnObject();
        List<List<Long>> all = new ArrayList<>();
        for (int object = 0; object < objects; object++) {
            long hour = hour(object);
            int entries = inputs / objects + (object < inputs % objects ? 1 : 0);
            List<Long> times = new ArrayList<>(entries);
            for (int entry = 0; entry < entries; entry++) {
                times.add(hour + random.nextLong(HOUR));
            }
            all.add(times);
        }
        return all;
    }

    /** The times of some records without an input. */
    List<Long> others(int number) {
        List<Long> times = new ArrayList<>(number);
        for (int i = 0; i < number; i++) {
            times.add(random.nextLong(oldest(), newest()));
        }
        return times;
    }

    private long hour(int object) {
        long cut = micros(plan.now().minus(plan.age()));
        if (object == 0 && model % 10 == 0) {
            // The hour that the cutoff cuts: its object is overwritten in part.
            return floor(cut);
        }
        boolean old = (object + model) % 2 == 0;
        long from = old ? oldest() : cut + MARGIN;
        long to = old ? cut - MARGIN : newest() - MARGIN;
        return floor(random.nextLong(from, to));
    }

    private long oldest() {
        return micros(plan.now().minus(plan.age().multipliedBy(2)));
    }

    private long newest() {
        return micros(plan.now());
    }

    private static long floor(long micros) {
        return Math.floorDiv(micros, HOUR) * HOUR;
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000;
    }
}
