package dev.inferencestore.api.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A point in the relay where a test holds it. */
final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Called by the relay's thread. */
    void pass() throws InterruptedException {
        reached.countDown();
        opened.await();
    }

    void awaitReached() throws InterruptedException {
        assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
    }

    void open() {
        opened.countDown();
    }
}
