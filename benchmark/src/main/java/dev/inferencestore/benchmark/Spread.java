package dev.inferencestore.benchmark;

import java.util.List;

/** How some durations are spread, in milliseconds. */
public record Spread(int count, double median, double p99, double most) {

    public static Spread of(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? new Spread(0, 0, 0, 0)
                : new Spread(sorted.size(), at(sorted, 0.5), at(sorted, 0.99), sorted.get(sorted.size() - 1));
    }

    @Override
    public String toString() {
        return "p50 %,.1f ms, p99 %,.1f ms, most %,.1f ms".formatted(median, p99, most);
    }

    /** The smallest that so many are not above. */
    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
