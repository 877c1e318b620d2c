package dev.inferencestore.job.route;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.TurnedAway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts by model and by unclaimed name between two reports. Not checkpointed: after a crash the events that are read
 * again count again, which is enough to answer why nothing is stored. Names come from senders, so only so many are
 * kept; the rest are counted together.
 */
final class ModelTally {
    static final String OTHERS = "(others)";
    private static final int MOST_NAMES = 1000;
    private static final int LONGEST_NAME = 200;

    private final Map<Key, Count> models = new HashMap<>();
    private final Map<String, Count> names = new HashMap<>();

    void accepted(String modelId, long events) {
        models.computeIfAbsent(new Key(modelId, "accepted", ""), any -> new Count()).count += events;
    }

    void turnedAway(Decision.TurnAway decision, RawEvent event) {
        String name = decision.name();
        if (name == null) {
            return;
        }
        if (decision.reason() == TurnedAway.UNREGISTERED) {
            String kept = storable(name);
            Count count = names.get(kept);
            if (count == null) {
                count = names.computeIfAbsent(names.size() < MOST_NAMES ? kept : OTHERS, any -> new Count());
            }
            count.count += decision.count();
            count.text = event.topic();
        } else {
            Key key = new Key(name, "turned_away", decision.reason().code());
            models.computeIfAbsent(key, any -> new Count()).count += decision.count();
        }
    }

    void deadLetter(Decision.DeadLetter decision, Registry registry) {
        ControlRecord model = decision.modelId() == null ? null : registry.find(decision.modelId());
        if (model != null) {
            Key key =
                    new Key(model.modelId(), "dead_lettered", decision.failure().code());
            Count count = models.computeIfAbsent(key, any -> new Count());
            count.count++;
            count.text = decision.detail().replace('\0', '?');
        }
    }

    List<IngestDelta> drainModels() {
        List<IngestDelta> deltas = new ArrayList<>();
        models.forEach((key, count) ->
                deltas.add(new IngestDelta(key.modelId, key.outcome, key.reason, count.count, count.text)));
        models.clear();
        return deltas;
    }

    List<UnmatchedDelta> drainNames() {
        List<UnmatchedDelta> deltas = new ArrayList<>();
        names.forEach((name, count) -> deltas.add(new UnmatchedDelta(name, String.valueOf(count.text), count.count)));
        names.clear();
        return deltas;
    }

    /** A name as a text column takes it. */
    private static String storable(String name) {
        String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        StringBuilder text = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> {
            boolean odd = c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            text.appendCodePoint(odd ? 0xFFFD : c);
        });
        return text.toString();
    }

    private record Key(String modelId, String outcome, String reason) {}

    private static final class Count {
        private long count;
        private @Nullable String text;
    }
}
