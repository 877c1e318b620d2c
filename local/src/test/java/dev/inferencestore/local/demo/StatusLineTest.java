package dev.inferencestore.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalTime;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusLineTest {
    private static final LocalTime NOON = LocalTime.of(12, 0, 5);

    @Test
    void theLineSaysWhatBecameOfEverythingThatWasSent() {
        Figures figures = new Figures(
                Map.of("street-detector", 1_402L, "review-sentiment", 200L, "mine", 3L),
                Map.of("storage_disabled", 150L, "unregistered", 147L),
                4,
                18_240_000,
                61,
                new Figures.Expired(20, 1_300, 7));

        assertThat(StatusLine.of(NOON, 2_204, figures, ""))
                .isEqualTo("12:00:05  sent 2,204  stored 1,605 (street 1,402, reviews 200, others 3)"
                        + "  turned away 297 (storage disabled 150, not registered 147)"
                        + "  dead letters 4  inputs 18.2 MB in 61 objects"
                        + "  expired 20 records, 1,300 inputs, 7 hidden");
    }

    @Test
    void nothingYetIsSaidWithoutBrackets() {
        assertThat(StatusLine.of(NOON, 0, new Figures(Map.of(), Map.of(), 0, 0, 0, Figures.Expired.NONE), "news"))
                .isEqualTo("12:00:05  sent 0  stored 0  turned away 0  dead letters 0  inputs 0.0 MB in 0 objects"
                        + "  << news");
    }
}
