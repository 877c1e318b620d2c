package dev.inferencestore.storage.retention;

import static dev.inferencestore.storage.retention.Action.CANCEL;
import static dev.inferencestore.storage.retention.Action.ERASE;
import static dev.inferencestore.storage.retention.Action.ERASE_REQUEST;
import static dev.inferencestore.storage.retention.Action.HARD_RUN;
import static dev.inferencestore.storage.retention.Action.HOLD_IDS;
import static dev.inferencestore.storage.retention.Action.HOLD_MODEL;
import static dev.inferencestore.storage.retention.Action.HOLD_TIME;
import static dev.inferencestore.storage.retention.Action.INSERT;
import static dev.inferencestore.storage.retention.Action.LIFT_HOLD;
import static dev.inferencestore.storage.retention.Action.LONGER;
import static dev.inferencestore.storage.retention.Action.NO_POLICY;
import static dev.inferencestore.storage.retention.Action.PURGE;
import static dev.inferencestore.storage.retention.Action.REGISTER_AGAIN;
import static dev.inferencestore.storage.retention.Action.REPLACE_HOLD;
import static dev.inferencestore.storage.retention.Action.RESTORE;
import static dev.inferencestore.storage.retention.Action.SHORTER;
import static dev.inferencestore.storage.retention.Action.SOFT_POLICY;
import static dev.inferencestore.storage.retention.Action.SOFT_RUN;
import static dev.inferencestore.storage.retention.Action.UNREGISTER;
import static dev.inferencestore.storage.retention.Action.UNREGISTERED;

import dev.inferencestore.storage.retention.Interleaving.Decides;
import dev.inferencestore.storage.retention.Interleaving.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The list of the interleavings: every pair that can meet on a model, each held open at each of its transactions. Two
 * visits of the job do not meet: a model has one lease.
 */
final class Interleavings {
    private static final Map<Action, Set<Action>> MEETS = new EnumMap<>(Action.class);

    /** What writes to a task that runs: a cancel, and policies that show again some of what it hides. */
    private static final Set<Action> WRITES_TASK = EnumSet.of(CANCEL, LONGER, NO_POLICY, UNREGISTER);

    /** Where the job has no lock of the floors, only who may touch what it has written meets it there. */
    private static final Set<Action> ANYWHERE = EnumSet.of(INSERT, CANCEL, HOLD_TIME, UNREGISTER);

    static {
        Set<Action> asked =
                EnumSet.of(INSERT, ERASE_REQUEST, HOLD_TIME, LIFT_HOLD, SHORTER, LONGER, NO_POLICY, UNREGISTER);
        asked.forEach(each -> MEETS.put(each, EnumSet.copyOf(asked)));
        MEETS.put(HOLD_IDS, EnumSet.of(INSERT, ERASE_REQUEST, UNREGISTER, REPLACE_HOLD, LIFT_HOLD, HOLD_IDS));
        MEETS.put(HOLD_MODEL, EnumSet.of(INSERT, ERASE_REQUEST, UNREGISTER));
        MEETS.put(REPLACE_HOLD, EnumSet.of(INSERT, ERASE_REQUEST, HOLD_TIME, LIFT_HOLD, REPLACE_HOLD, UNREGISTER));
        MEETS.put(SOFT_POLICY, EnumSet.of(INSERT, LONGER, UNREGISTER));
        MEETS.put(CANCEL, EnumSet.of(INSERT, LONGER, NO_POLICY, UNREGISTER, CANCEL));
        MEETS.put(RESTORE, EnumSet.of(INSERT, HOLD_TIME, SHORTER, LONGER, NO_POLICY, SOFT_POLICY, UNREGISTER, RESTORE));
        MEETS.put(
                REGISTER_AGAIN,
                EnumSet.of(INSERT, ERASE_REQUEST, HOLD_TIME, LIFT_HOLD, SHORTER, UNREGISTER, REGISTER_AGAIN));
        Set<Action> ofARun = EnumSet.copyOf(asked);
        ofARun.addAll(EnumSet.of(HOLD_IDS, REPLACE_HOLD, CANCEL, RESTORE));
        MEETS.put(HARD_RUN, ofARun);
        MEETS.put(SOFT_RUN, EnumSet.of(INSERT, SHORTER, LONGER, NO_POLICY, CANCEL, UNREGISTER));
        MEETS.put(
                PURGE,
                EnumSet.of(
                        INSERT, ERASE_REQUEST, HOLD_TIME, LIFT_HOLD, LONGER, NO_POLICY, CANCEL, RESTORE, UNREGISTER));
        MEETS.put(
                ERASE,
                EnumSet.of(
                        INSERT,
                        ERASE_REQUEST,
                        HOLD_IDS,
                        HOLD_TIME,
                        LIFT_HOLD,
                        REPLACE_HOLD,
                        SHORTER,
                        CANCEL,
                        UNREGISTER));
        MEETS.put(
                UNREGISTERED,
                EnumSet.of(
                        INSERT,
                        ERASE_REQUEST,
                        HOLD_IDS,
                        HOLD_TIME,
                        LIFT_HOLD,
                        REPLACE_HOLD,
                        UNREGISTER,
                        REGISTER_AGAIN));
    }

    private Interleavings() {}

    static List<Interleaving> all() {
        List<Interleaving> all = new ArrayList<>();
        for (Action held : Action.values()) {
            for (Stop stop : Stops.of(held)) {
                for (Action other : Action.values()) {
                    if (meet(held, other) && comesTo(held, stop, other)) {
                        all.add(new Interleaving(
                                held, stop, other, decides(held, stop, other), outcome(held, stop, other)));
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    private static boolean meet(Action one, Action other) {
        return MEETS.getOrDefault(one, Set.of()).contains(other)
                || MEETS.getOrDefault(other, Set.of()).contains(one);
    }

    private static boolean comesTo(Action held, Stop stop, Action other) {
        if (!held.isJob()) {
            return true;
        }
        if (other == ERASE_REQUEST) {
            return isStart(held, stop) || (stop.nth() == 2 && stop.underFloors());
        }
        return isStart(held, stop) || stop.underFloors() || ANYWHERE.contains(other);
    }

    private static boolean isStart(Action held, Stop stop) {
        return stop.kind() == (held == ERASE ? Stop.Kind.COUNT : Stop.Kind.START);
    }

    private static Decides decides(Action held, Stop stop, Action other) {
        if (held == ERASE_REQUEST || other == ERASE_REQUEST) {
            return Decides.TASK_START;
        }
        if (held == INSERT && other == INSERT) {
            return Decides.KEY;
        }
        if (!stop.underFloors() && !isStart(held, stop)) {
            boolean task = stop.kind() == Stop.Kind.COUNT || stop.kind() == Stop.Kind.SCRUB;
            return task && writesTask(held, other) ? Decides.TASK : Decides.CLAIM;
        }
        return other == HOLD_IDS && stop.kind() == Stop.Kind.END && held != SOFT_RUN ? Decides.NAMES : Decides.FLOORS;
    }

    private static boolean writesTask(Action held, Action other) {
        return switch (held) {
            case ERASE -> other == CANCEL;
            case UNREGISTERED -> false;
            default -> WRITES_TASK.contains(other);
        };
    }

    private static Outcome outcome(Action held, Stop stop, Action other) {
        if (!held.isJob()) {
            return decides(held, stop, other).waits() ? Outcome.HELD_FIRST : Outcome.ONE_ORDER;
        }
        return switch (stop.kind()) {
            case START, COUNT, NOTICE -> Outcome.ONE_ORDER;
            case END -> Outcome.HELD_FIRST;
            default -> Outcome.BY_CLAIM;
        };
    }
}
