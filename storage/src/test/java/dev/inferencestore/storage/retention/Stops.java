package dev.inferencestore.storage.retention;

import static dev.inferencestore.storage.retention.Stop.Kind.BEFORE_LOCK;
import static dev.inferencestore.storage.retention.Stop.Kind.CLAIM;
import static dev.inferencestore.storage.retention.Stop.Kind.COUNT;
import static dev.inferencestore.storage.retention.Stop.Kind.END;
import static dev.inferencestore.storage.retention.Stop.Kind.ERASED_ROWS;
import static dev.inferencestore.storage.retention.Stop.Kind.MARK;
import static dev.inferencestore.storage.retention.Stop.Kind.RENEW;
import static dev.inferencestore.storage.retention.Stop.Kind.ROWS;
import static dev.inferencestore.storage.retention.Stop.Kind.SCRUB;
import static dev.inferencestore.storage.retention.Stop.Kind.START;
import static dev.inferencestore.storage.retention.Stop.Kind.TOMBSTONES;

import java.util.List;

/** The transactions that each action is held open at. */
final class Stops {
    private static final List<Stop> HARD_RUN = List.of(
            new Stop(START, 1, "its start"),
            new Stop(COUNT, 1, "its count"),
            new Stop(CLAIM, 1, "the claim of inputs"),
            new Stop(MARK, 1, "marking inputs"),
            new Stop(RENEW, 1, "deleting objects"),
            new Stop(BEFORE_LOCK, 1, "letting go of inputs, before the lock"),
            new Stop(ROWS, 1, "letting go of inputs"),
            new Stop(CLAIM, 2, "the claim of records"),
            new Stop(BEFORE_LOCK, 2, "deleting rows, before the lock"),
            new Stop(ROWS, 2, "deleting rows"),
            new Stop(SCRUB, 1, "a scrub"),
            new Stop(END, 1, "its end"));

    private static final List<Stop> SOFT_RUN =
            List.of(new Stop(START, 1, "its start"), new Stop(COUNT, 1, "its count"), new Stop(END, 1, "its end"));

    private static final List<Stop> PURGE = List.of(
            new Stop(CLAIM, 1, "the claim of inputs"),
            new Stop(BEFORE_LOCK, 1, "letting go of inputs, before the lock"),
            new Stop(ROWS, 1, "letting go of inputs"),
            new Stop(ROWS, 2, "deleting rows"),
            new Stop(END, 1, "its end"));

    private static final List<Stop> ERASE = List.of(
            new Stop(COUNT, 1, "its start"),
            new Stop(TOMBSTONES, 1, "the first tombstones"),
            new Stop(BEFORE_LOCK, 1, "the first rows, before the lock"),
            new Stop(ERASED_ROWS, 1, "the first rows"),
            new Stop(TOMBSTONES, 2, "the last tombstones"),
            new Stop(ERASED_ROWS, 2, "the last rows"),
            new Stop(SCRUB, 1, "marking copies"),
            new Stop(RENEW, 1, "beginning a scrub"),
            new Stop(SCRUB, 2, "a scrub"),
            new Stop(END, 1, "its end"));

    private static final List<Stop> UNREGISTERED = List.of(
            new Stop(START, 1, "its start"),
            new Stop(CLAIM, 1, "the claim of inputs"),
            new Stop(MARK, 1, "marking inputs"),
            new Stop(BEFORE_LOCK, 1, "letting go of inputs, before the lock"),
            new Stop(ROWS, 1, "letting go of inputs"),
            new Stop(CLAIM, 2, "the claim of records"),
            new Stop(BEFORE_LOCK, 2, "deleting rows, before the lock"),
            new Stop(ROWS, 2, "deleting rows"),
            new Stop(SCRUB, 1, "a scrub"),
            new Stop(END, 1, "its end"));

    private Stops() {}

    static List<Stop> of(Action action) {
        return switch (action) {
            case HARD_RUN -> HARD_RUN;
            case SOFT_RUN -> SOFT_RUN;
            case PURGE -> PURGE;
            case ERASE -> ERASE;
            case UNREGISTERED -> UNREGISTERED;
            default -> List.of(Stop.ITS_END);
        };
    }
}
