package dev.inferencestore.job.retention;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;

/** A source of rounds: a number at once, and one each time an interval is over, for ever. */
public final class Rounds {
    private Rounds() {}

    public static Source<Long, ?, ?> every(Duration interval) {
        return new DataGeneratorSource<>(
                round -> round,
                Long.MAX_VALUE,
                RateLimiterStrategy.perSecond(1000.0 / interval.toMillis()),
                Types.LONG);
    }
}
