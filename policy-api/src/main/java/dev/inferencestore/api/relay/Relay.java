package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what is committed to an outbox to Kafka, in the order in which it was committed, and then clears it from the
 * outbox. Any number of relays may run for one outbox; the one whose session holds the lock publishes.
 *
 * <p>Nothing is lost or reordered when one dies or is superseded. It reads only after it took the lock and fenced its
 * predecessor, so all that the predecessor published lies before; what the predecessor had read and not published can
 * no longer be. An entry is cleared only once it is published, so at worst it is there twice.
 */
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BATCH = 500;
    private static final Duration IDLE = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

    private final String name;
    private final Opener<? extends Outbox> outboxes;
    private final Opener<? extends Publisher> publishers;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicLong published = new AtomicLong();
    private final Thread thread;
    private volatile RelayState state = RelayState.STARTING;
    private volatile @Nullable String problem;
    private Duration pause = FIRST_PAUSE;

    Relay(Feed feed, Opener<? extends Outbox> outboxes, Opener<? extends Publisher> publishers) {
        this.name = feed.name();
        this.outboxes = outboxes;
        this.publishers = publishers;
        thread = new Thread(this::run, feed.processName());
        thread.setDaemon(true);
    }

    /** Starts a relay on a thread of its own. It goes on through failures of PostgreSQL and Kafka until it is closed. */
    public static Relay start(RelaySettings settings, Feed feed) {
        Relay relay =
                new Relay(feed, () -> PostgresOutbox.open(settings, feed), () -> KafkaPublisher.open(settings, feed));
        relay.start();
        return relay;
    }

    void start() {
        thread.start();
    }

    /** What it carries. */
    public String name() {
        return name;
    }

    public RelayState state() {
        return state;
    }

    /** Why it is failing; null when it is not. */
    public @Nullable String problem() {
        return problem;
    }

    /** How many entries this relay has published. */
    public long published() {
        return published.get();
    }

    /** Lets the batch at hand be finished, but not for long. */
    @Override
    public void close() {
        stop.countDown();
        try {
            if (state != RelayState.PUBLISHING || !joined(STOP_PATIENCE)) {
                thread.interrupt();
                joined(STOP_PATIENCE);
            }
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping()) {
            try (Outbox outbox = outboxes.open()) {
                if (becomeTheOne(outbox)) {
                    publishFrom(outbox);
                }
            } catch (InterruptedException interrupted) {
                break;
            } catch (Exception failure) {
                fail(failure);
            }
        }
        state = RelayState.STOPPED;
    }

    private boolean becomeTheOne(Outbox outbox) throws Exception {
        while (!outbox.tryLock()) {
            state = RelayState.STANDBY;
            problem = null;
            if (waited(IDLE)) {
                return false;
            }
        }
        return true;
    }

    private void publishFrom(Outbox outbox) throws Exception {
        try (Publisher publisher = publishers.open()) {
            state = RelayState.PUBLISHING;
            problem = null;
            while (!stopping()) {
                List<OutboxEntry> waiting = outbox.next(BATCH);
                if (waiting.isEmpty()) {
                    outbox.await(IDLE);
                    continue;
                }
                List<OutboxEntry> batch = Batches.first(waiting);
                publisher.publish(batch);
                published.addAndGet(batch.size());
                outbox.delete(batch);
                pause = FIRST_PAUSE;
            }
        }
    }

    private void fail(Exception failure) {
        if (stopping()) {
            return;
        }
        state = RelayState.FAILING;
        problem = failure.toString();
        LOG.warn(
                "the relay of {} lost what it needs and starts again in {} ms: {}",
                name,
                pause.toMillis(),
                failure.toString());
        LOG.debug("the relay of {} failed", name, failure);
        try {
            waited(pause);
        } catch (InterruptedException interrupted) {
            stop.countDown();
        }
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private boolean joined(Duration time) throws InterruptedException {
        thread.join(time.toMillis());
        return !thread.isAlive();
    }

    private boolean stopping() {
        return stop.getCount() == 0;
    }

    private boolean waited(Duration time) throws InterruptedException {
        return stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
