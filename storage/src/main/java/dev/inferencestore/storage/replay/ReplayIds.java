package dev.inferencestore.storage.replay;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The ids of replays, and of the Flink jobs that the store submits for them. */
public final class ReplayIds {
    private ReplayIds() {}

    /** As PostgreSQL writes it; null where it is no id. */
    public static @Nullable String read(String text) {
        try {
            String id = UUID.fromString(text).toString();
            return id.equalsIgnoreCase(text) ? id : null;
        } catch (IllegalArgumentException notAnId) {
            return null;
        }
    }

    /** The id under which Flink is told to run it: Flink refuses a second job of the same id, so that one is enough. */
    public static String flinkJobId(String replayId) {
        return replayId.replace("-", "");
    }
}
