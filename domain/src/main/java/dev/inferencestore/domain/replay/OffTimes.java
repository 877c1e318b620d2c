package dev.inferencestore.domain.replay;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The times, by model, in which storage was off on purpose: from switching it off, after it was on, to switching it on;
 * and from unregistering to registering anew. The time before it was first on is not among them, so that it can be stored
 * later. Asked for every event of a replay.
 */
public final class OffTimes implements Serializable {
    private static final long serialVersionUID = 1L;

    public static final OffTimes NONE = new OffTimes(Map.of());

    /** By model the moments, each later than the one before, at which it went off, on, off and so on. */
    private final HashMap<String, long[]> turns;

    private OffTimes(Map<String, long[]> turns) {
        this.turns = new HashMap<>(turns);
    }

    /**
     * Of all that is known.
     *
     * @param switches those of each model in the order in which they happened
     */
    public static OffTimes of(List<StorageSwitch> switches) {
        Map<String, History> histories = new HashMap<>();
        for (StorageSwitch next : switches) {
            histories.computeIfAbsent(next.modelId(), any -> new History()).add(next.change(), next.at());
        }
        Map<String, long[]> turns = new HashMap<>();
        histories.forEach((modelId, history) -> {
            if (history.size > 0) {
                turns.put(modelId, Arrays.copyOf(history.turns, history.size));
            }
        });
        return new OffTimes(turns);
    }

    /**
     * Whether storage of a model was off on purpose.
     *
     * @param at microseconds since 1970
     */
    public boolean isOff(String modelId, long at) {
        long[] moments = turns.get(modelId);
        if (moments == null) {
            return false;
        }
        int found = Arrays.binarySearch(moments, at);
        int passed = found >= 0 ? found + 1 : -found - 1;
        return passed % 2 == 1;
    }

    /** One model's moments as they are read. */
    private static final class History {
        private long[] turns = new long[4];
        private int size;
        private boolean wasOn;

        private void add(StorageSwitch.Change change, long at) {
            switch (change) {
                case ENABLED -> {
                    wasOn = true;
                    turn(false, at);
                }
                case DISABLED -> {
                    if (wasOn) {
                        turn(true, at);
                    }
                }
                case UNREGISTERED -> turn(true, at);
                case REGISTERED_ANEW -> {
                    wasOn = false;
                    turn(false, at);
                }
            }
        }

        private void turn(boolean off, long moment) {
            boolean isOff = size % 2 == 1;
            if (isOff == off) {
                return;
            }
            // A clock that was set back must not put them out of order.
            long at = size == 0 ? moment : Math.max(moment, turns[size - 1]);
            if (size > 0 && turns[size - 1] == at) {
                size--;
                return;
            }
            if (size == turns.length) {
                turns = Arrays.copyOf(turns, 2 * size);
            }
            turns[size++] = at;
        }
    }
}
