package dev.inferencestore.api.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of the time before storage was switched on, as the call shows it that switched it on.
 *
 * @param reachesFrom how far back Kafka has events; null where it has none or was not asked
 * @param note what of it is not there
 */
public record Backfill(
        String replayId,
        Instant since,
        @Nullable Instant reachesFrom,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {}
