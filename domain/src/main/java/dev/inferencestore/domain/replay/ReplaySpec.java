package dev.inferencestore.domain.replay;

import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is asked for; as JSON by {@link ReplaySpecCodec}, which checks it. */
public sealed interface ReplaySpec extends Serializable permits ReplaySpec.Replay, ReplaySpec.ReEmit {
    ReplayKind kind();

    /** The one model that it is about; null for all. */
    @Nullable
    String modelId();

    /** The model that events are taken for, whatever they say; null to take them as they are. */
    @Nullable
    String asModel();

    /**
     * Storing what was sent before.
     *
     * @param modelId only its events are stored; null for those of every model
     * @param asModel all events of the files are taken for this model's, which is then {@code modelId} as well
     * @param includeDisabled also events of times in which storage was switched off on purpose
     * @param eventsPerSecond most events a second, over all subtasks; null for the job's own limit
     */
    record Replay(
            @Nullable String modelId,
            ReplaySource source,
            @Nullable String asModel,
            boolean includeDisabled,
            @Nullable Integer eventsPerSecond)
            implements ReplaySpec {
        @Override
        public ReplayKind kind() {
            return ReplayKind.REPLAY;
        }
    }

    /**
     * Sending what is stored.
     *
     * @param start event time at which it begins; null for the first
     * @param end event time before which it ends; null for all there is when it starts
     * @param topic where the events go
     * @param newIds whether each event gets an id of its own
     * @param asModel the model that the events name; null for {@code modelId}
     */
    record ReEmit(
            String modelId,
            @Nullable Instant start,
            @Nullable Instant end,
            String topic,
            Pace pace,
            boolean newIds,
            @Nullable String asModel)
            implements ReplaySpec {
        @Override
        public ReplayKind kind() {
            return ReplayKind.RE_EMIT;
        }
    }
}
