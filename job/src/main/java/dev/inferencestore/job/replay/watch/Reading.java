package dev.inferencestore.job.replay.watch;

import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.util.Map;

/** How far all readers together are, by what they say. */
public interface Reading {
    /** Said of a split that is read to its end. */
    long ENDED = Long.MAX_VALUE;

    /** Takes over what an earlier attempt had read, which may be a little more than this one goes on from. */
    void goOnFrom(Map<String, Position> before);

    /**
     * Takes in what a reader says.
     *
     * @param next by split, what is read next
     */
    void heard(int subtask, Map<String, Long> next);

    Map<String, Position> positions();
}
