package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    @ParameterizedTest(name = "daily from {0}; after {1} comes {2}")
    @CsvSource({
        "2026-03-01T02:00:00Z, 2026-03-01T01:59:59.999Z, 2026-03-01T02:00:00Z",
        "2026-03-01T02:00:00Z, 2026-02-01T00:00:00Z,     2026-03-01T02:00:00Z",
        "2026-03-01T02:00:00Z, 2026-03-01T02:00:00Z,     2026-03-02T02:00:00Z",
        "2026-03-01T02:00:00Z, 2026-03-02T01:59:59.999Z, 2026-03-02T02:00:00Z",
        "2026-03-01T02:00:00Z, 2026-03-02T02:00:00Z,     2026-03-03T02:00:00Z",
        "2026-03-01T02:00:00Z, 2026-03-09T17:30:00Z,     2026-03-10T02:00:00Z",
        "2026-03-01T02:00:00Z, 2036-03-01T02:00:00.001Z, 2036-03-02T02:00:00Z",
    })
    void whatWasMissedIsMissedAndTheTimeOfDayStays(Instant anchor, Instant now, Instant next) {
        Schedule daily = new Schedule(anchor.toEpochMilli(), 86_400_000);

        assertThat(Instant.ofEpochMilli(daily.nextAfter(now.toEpochMilli()))).isEqualTo(next);
    }

    @Test
    void aPolicyWithoutAnIntervalOrPausedHasNone() {
        PolicyTerms hourly = new PolicyTerms(null, 1L, DeleteAction.SOFT, 3600);
        PolicyTerms manual = new PolicyTerms(null, 1L, DeleteAction.SOFT, 0);

        assertThat(new RetentionPolicy("p", 1, hourly, 5, false).schedule()).isEqualTo(new Schedule(5, 3_600_000));
        assertThat(new RetentionPolicy("p", 1, hourly, 5, true).schedule()).isNull();
        assertThat(new RetentionPolicy("p", 1, manual, 5, false).schedule()).isNull();
    }
}
