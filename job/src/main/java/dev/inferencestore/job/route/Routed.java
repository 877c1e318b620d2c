package dev.inferencestore.job.route;

import dev.inferencestore.domain.event.Inference;
import org.jspecify.annotations.Nullable;

/**
 * An inference that is to be stored; or a mark, with which everything accepted before a control version is flushed.
 *
 * @param inference null for a mark
 * @param generation of its model when it was accepted
 * @param flushVersion zero but for a mark
 */
public record Routed(@Nullable Inference inference, long generation, long flushVersion) {

    static Routed accepted(Inference inference, long generation) {
        return new Routed(inference, generation, 0);
    }

    /** The same of an inference as it is now. */
    public Routed with(Inference other) {
        return new Routed(other, generation, flushVersion);
    }

    static Routed mark(long version) {
        return new Routed(null, 0, version);
    }
}
