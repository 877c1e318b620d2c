package dev.inferencestore.job.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts by outcome since the job first started. They are checkpointed, so they move with the offsets. */
public final class Totals {
    private final Map<String, long[]> counts = new HashMap<>();

    public void add(String name, long more) {
        if (more == 0) {
            return;
        }
        counts.computeIfAbsent(name, any -> new long[1])[0] += more;
    }

    public Map<String, Long> asMap() {
        Map<String, Long> map = new HashMap<>();
        counts.forEach((name, count) -> map.put(name, count[0]));
        return map;
    }

    /**
     * As state; several subtasks' lists may be handed to one when the parallelism changes, and add up. Never empty, so that
     * a subtask without state is known to be one that had finished, and not one that had counted nothing.
     */
    public List<Total> asList() {
        List<Total> list = new ArrayList<>();
        counts.forEach((name, count) -> list.add(new Total(name, count[0])));
        if (list.isEmpty()) {
            list.add(new Total("", 0));
        }
        return list;
    }
}
