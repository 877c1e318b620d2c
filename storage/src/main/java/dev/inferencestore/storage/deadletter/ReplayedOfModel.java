package dev.inferencestore.storage.deadletter;

import java.util.Map;
import java.util.TreeMap;

/** What the audit log says of a call that replayed letters of a model: how many, and from where to where they stood. */
final class ReplayedOfModel {
    private int count;
    private final Map<Integer, long[]> ranges = new TreeMap<>();

    void add(Replayed replayed) {
        count++;
        long[] range = ranges.computeIfAbsent(replayed.letterPartition(), unseen -> new long[] {Long.MAX_VALUE, 0});
        range[0] = Math.min(range[0], replayed.letterOffset());
        range[1] = Math.max(range[1], replayed.letterOffset());
    }

    /** As in {@code {"replayed": 3, "letters": ["0-17 to 0-21"]}}. */
    String json() {
        StringBuilder letters = new StringBuilder();
        ranges.forEach((partition, range) -> letters.append(letters.isEmpty() ? "\"" : ", \"")
                .append(partition + "-" + range[0])
                .append(range[0] == range[1] ? "" : " to " + partition + "-" + range[1])
                .append('"'));
        return "{\"replayed\": " + count + ", \"letters\": [" + letters + "]}";
    }
}
