package dev.inferencestore.api.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CachedTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final AtomicInteger reads = new AtomicInteger();
    private final Cached<Integer> cached = new Cached<>(this::read, now::get);
    private boolean broken;

    @Test
    void figuresAreReadAgainOnceTheyAreOld() {
        assertThat(cached.get()).contains(1);
        pass(Cached.AGE.minusNanos(1));
        assertThat(cached.get()).contains(1);
        pass(Duration.ofNanos(1));
        assertThat(cached.get()).contains(2);
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsAskedNoMoreOften() {
        broken = true;

        assertThat(cached.get()).isEmpty();
        assertThat(cached.get()).isEmpty();
        assertThat(reads).hasValue(1);
        broken = false;
        pass(Cached.AGE);
        assertThat(cached.get()).contains(2);
    }

    private int read() {
        int count = reads.incrementAndGet();
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        return count;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
