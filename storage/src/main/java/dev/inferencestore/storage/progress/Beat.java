package dev.inferencestore.storage.progress;

import java.util.Map;

/**
 * What one subtask says of itself.
 *
 * @param role {@code route}: version applied to routing; {@code store}: everything accepted before version is durable
 * @param startedAt when the attempt began, milliseconds since 1970
 * @param totals counts since the job's first start, as checkpointed
 */
public record Beat(
        String jobId,
        String role,
        int subtask,
        int parallelism,
        long startedAt,
        long version,
        Map<String, Long> totals) {
    public static final String ROUTE = "route";
    public static final String STORE = "store";

    public Beat {
        totals = Map.copyOf(totals);
    }
}
