package dev.inferencestore.job.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.retention.RunListener;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private long seconds;
    private final Patience patience = new Patience(
            Duration.ofMinutes(5), () -> Duration.ofSeconds(seconds).toNanos(), new RunListener() {});

    @Test
    void isOverWhenNothingIsRemovedForSoLong() {
        seconds += 300;
        assertThat(patience.isOver()).isFalse();

        patience.passed(RunListener.Step.CLAIMED, "m");
        seconds += 1;

        assertThat(patience.isOver()).isTrue();
    }

    @Test
    void beginsAnewWithEachSliceHoweverLongTheRun() {
        for (int slice = 0; slice < 100; slice++) {
            seconds += 200;
            patience.nextPause();
            patience.removed(new RunListener.Removed(1, 0, 0, 0));
        }
        seconds += 299;

        assertThat(patience.isOver()).isFalse();
        assertThat(patience.nextPause()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void pausesGrow() {
        for (int i = 0; i < 10; i++) {
            patience.nextPause();
        }
        assertThat(patience.nextPause()).isEqualTo(Duration.ofSeconds(10));
    }
}
