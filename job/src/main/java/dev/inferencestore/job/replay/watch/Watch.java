package dev.inferencestore.job.replay.watch;

import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.io.Serializable;
import java.util.Map;

/** Who is told how far a replay has read, and says when it is to end early. Calls block. */
public interface Watch extends Serializable {

    /** How far an earlier attempt had read. */
    Map<String, Position> before() throws Exception;

    /**
     * Says how far it is.
     *
     * @param startedAt when this attempt began, milliseconds since 1970
     * @return whether to read no more
     */
    boolean stops(long startedAt, Map<String, Position> positions) throws Exception;
}
