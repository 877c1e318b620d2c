package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final Moved clock = new Moved(Instant.EPOCH);
    private final RateLimit limit = new RateLimit(2, 5, 100, clock);

    @Test
    void aBucketHoldsTheBurstAndFillsWithTime() {
        for (int i = 4; i >= 0; i--) {
            assertThat(limit.take("a")).isEqualTo(new RateLimit.Verdict(true, i, 0));
        }
        assertThat(limit.take("a")).isEqualTo(new RateLimit.Verdict(false, 0, 1));

        clock.by(Duration.ofMillis(499));
        assertThat(limit.take("a").allowed()).isFalse();
        clock.by(Duration.ofMillis(1));
        assertThat(limit.take("a").allowed()).isTrue();
        assertThat(limit.take("a").allowed()).isFalse();
        clock.by(Duration.ofHours(1));
        assertThat(limit.take("a").left()).isEqualTo(4);
    }

    @Test
    void callersDoNotShareABucket() {
        for (int i = 0; i < 5; i++) {
            limit.take("a");
        }

        assertThat(limit.take("a").allowed()).isFalse();
        assertThat(limit.take("b").allowed()).isTrue();
    }

    @Test
    void onlySoManyCallersAreRemembered() {
        for (int i = 0; i < 10_000; i++) {
            limit.take("caller-" + i);
        }

        assertThat(limit.size()).isEqualTo(100);
    }

    @Test
    void whoeverHasAnAddressOfAnIpv6NetworkHasThemAll() {
        assertThat(Limits.network("2001:db8:1:2::1")).isEqualTo(Limits.network("2001:db8:1:2:ffff::9"));
        assertThat(Limits.network("2001:db8:1:2::1")).isNotEqualTo(Limits.network("2001:db8:1:3::1"));
        assertThat(Limits.network("192.0.2.1")).isEqualTo("192.0.2.1");
    }
}
