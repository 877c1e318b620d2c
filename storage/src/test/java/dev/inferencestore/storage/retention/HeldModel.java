package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.storage.hold.HoldScope;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What should be there of one model, by the rules alone: what came when, how far runs went, and which holds there are. */
final class HeldModel {
    private record Placed(HoldScope scope, Cutoffs hard) {
        boolean keeps(Event event) {
            return switch (scope.kind()) {
                case MODEL -> true;
                case TIME ->
                    micros(event) >= scope.span().from()
                            && micros(event) < scope.span().to();
                case INFERENCES -> scope.inferenceIds().contains(event.id());
            };
        }
    }

    /** All that was ever offered, by id. */
    final Map<String, Event> offered = new TreeMap<>();

    /** Ids of the records, and of the inputs, that are there. */
    final Set<String> records = new TreeSet<>();

    final Set<String> inputs = new TreeSet<>();

    private final Map<String, Placed> holds = new TreeMap<>();
    private Cutoffs hard = Cutoffs.NONE;
    long recordsGone;
    long inputsGone;
    long bytesGone;

    void store(Event... events) {
        for (Event event : events) {
            offered.put(event.id(), event);
            Cutoffs floor = hard;
            for (Placed hold : holds.values()) {
                floor = hold.keeps(event) ? floor.lower(hold.hard) : floor;
            }
            if (micros(event) >= floor.records() && records.add(event.id())) {
                if (event.input() != null && micros(event) >= floor.blobs()) {
                    inputs.add(event.id());
                }
            }
        }
    }

    /** The scope takes the place of another of this name. */
    void place(String hold, HoldScope scope) {
        Placed before = holds.get(hold);
        if (before == null || !before.scope.equals(scope)) {
            holds.put(hold, new Placed(scope, hard));
        }
    }

    void lift(String hold) {
        holds.remove(hold);
    }

    Collection<String> holds() {
        return holds.keySet();
    }

    boolean isHeld(Event event) {
        return holds.values().stream().anyMatch(hold -> hold.keeps(event));
    }

    /** A run took all that is below these cutoffs, or was below them or others before, and is not held. */
    void remove(Cutoffs upTo) {
        hard = hard.higher(upTo);
        for (String id : Set.copyOf(records)) {
            Event event = offered.get(id);
            if (isHeld(event)) {
                continue;
            }
            if (micros(event) < hard.blobs() && inputs.remove(id)) {
                inputsGone++;
                bytesGone += event.input().length();
            }
            if (micros(event) < hard.records()) {
                records.remove(id);
                recordsGone++;
            }
        }
    }

    /** Slices are claimed so far; what is in them is about to go. */
    void claimed(Cutoffs upTo) {
        hard = hard.higher(upTo);
    }

    /** Whether something is below the hard floor that no hold keeps any more. */
    boolean leftSomethingBehind() {
        HeldModel after = copy();
        after.remove(hard);
        return !after.records.equals(records) || !after.inputs.equals(inputs);
    }

    /** How many records a run up to these cutoffs leaves because of holds, or leaves their inputs. */
    long held(Cutoffs cutoffs) {
        return records.stream()
                .map(offered::get)
                .filter(this::isHeld)
                .filter(event -> micros(event) < cutoffs.records()
                        || (micros(event) < cutoffs.blobs() && inputs.contains(event.id())))
                .count();
    }

    Set<String> visible(Cutoffs visible) {
        Set<String> ids = new HashSet<>(records);
        ids.removeIf(id -> micros(offered.get(id)) < visible.records() && !isHeld(offered.get(id)));
        return ids;
    }

    HeldModel copy() {
        HeldModel copy = new HeldModel();
        copy.offered.putAll(offered);
        copy.records.addAll(records);
        copy.inputs.addAll(inputs);
        copy.holds.putAll(holds);
        copy.hard = hard;
        return copy;
    }

    private static long micros(Event event) {
        return RetentionStore.micros(event.time());
    }
}
