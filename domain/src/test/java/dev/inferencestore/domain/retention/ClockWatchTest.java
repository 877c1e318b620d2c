package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockWatchTest {
    private final Hands hands = new Hands();
    private final ClockWatch watch = new ClockWatch(hands, () -> hands.nanos);

    @Test
    void aClockThatGoesAsItShouldIsBelieved() {
        for (int hour = 0; hour < 100; hour++) {
            pass(Duration.ofHours(1));
            assertThat(watch.doubt(hands.database)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT61S", "PT3H", "P10D", "PT-61S", "PT-3H", "P-10D"})
    void aClockThatDiffersFromTheDatabasesIsDoubted(Duration apart) {
        hands.database -= micros(apart);

        assertThat(watch.doubt(hands.database)).hasValueSatisfying(why -> assertThat(why)
                .startsWith("clock: ")
                .contains(
                        Math.abs(apart.toSeconds()) + " s " + (apart.isNegative() ? "behind that" : "ahead of that")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT60S", "PT-60S", "PT1S"})
    void aMinuteMoreOrLessIsNot(Duration apart) {
        hands.database -= micros(apart);

        assertThat(watch.doubt(hands.database)).isEmpty();
    }

    @Test
    void onceBothAreRightItIsBelievedAgain() {
        hands.database += micros(Duration.ofHours(2));
        assertThat(watch.doubt(hands.database)).isPresent();
        hands.database -= micros(Duration.ofHours(2));

        assertThat(watch.doubt(hands.database)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT2M", "P3D", "PT-2M", "P-3D"})
    void aJumpOfBothIsDoubtedForTenMinutes(Duration jump) {
        hands.millis += jump.toMillis();
        hands.database += micros(jump);

        assertThat(watch.doubt(hands.database))
                .hasValueSatisfying(why -> assertThat(why).contains("jumped by " + Math.abs(jump.toSeconds()) + " s"));
        pass(Duration.ofMinutes(9));
        assertThat(watch.doubt(hands.database))
                .hasValueSatisfying(why -> assertThat(why).contains("less than 10 minutes ago"));
        pass(Duration.ofMinutes(1));
        assertThat(watch.doubt(hands.database)).isEmpty();
        pass(Duration.ofDays(1));
        assertThat(watch.doubt(hands.database)).isEmpty();
    }

    @Test
    void aSecondJumpBeginsAnew() {
        jump(Duration.ofHours(1));
        watch.doubt(hands.database);
        pass(Duration.ofMinutes(9));
        jump(Duration.ofHours(-1));
        assertThat(watch.doubt(hands.database)).isPresent();
        pass(Duration.ofMinutes(9));
        assertThat(watch.doubt(hands.database)).isPresent();
    }

    @Test
    void itIsTheEarlierOfBothClocks() {
        assertThat(watch.now(hands.database + 5)).isEqualTo(hands.database);
        assertThat(watch.now(hands.database - 5)).isEqualTo(hands.database - 5);
    }

    private void jump(Duration by) {
        hands.millis += by.toMillis();
        hands.database += micros(by);
    }

    private void pass(Duration time) {
        hands.nanos += time.toNanos();
        jump(time);
    }

    private static long micros(Duration duration) {
        return duration.toMillis() * 1000;
    }

    /** The clocks of the machine and of the database, set by hand. */
    private static final class Hands extends Clock {
        private long millis = 1_772_366_400_000L;
        private long database = millis * 1000;
        private long nanos = -5;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
