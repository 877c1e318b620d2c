package dev.inferencestore.api.effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Calls that wait until their change is in effect. They hold no thread, and one look at the database serves all of
 * them, so that many callers who wait cost no more than one.
 *
 * @param <C> a change
 * @param <S> how it stands
 */
public final class InEffectWaits<C, S> implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 25;

    /** One look at the database for all changes that are waited for. */
    private static final String STOPPING = "the API is stopping";

    @FunctionalInterface
    public interface Look<C, S> {
        /** How each of these changes stands. */
        Function<C, S> at(List<C> changes);
    }

    private record Wait<C, S>(C change, long until, CompletableFuture<S> answer) {}

    private final Look<C, S> look;
    private final Predicate<S> settled;
    private final Function<String, S> unknown;
    private final ScheduledExecutorService thread;
    private final List<Wait<C, S>> waits = new ArrayList<>(); // used on the one thread only
    private boolean scheduled; // as is this
    private volatile boolean stopping;

    /**
     * Waits for nothing yet.
     *
     * @param settled whether there is nothing more to wait for
     * @param unknown how a change stands of which nothing can be known, for a reason
     */
    public InEffectWaits(Look<C, S> look, Predicate<S> settled, Function<String, S> unknown) {
        this.look = look;
        this.settled = settled;
        this.unknown = unknown;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "in-effect-waits");
            named.setDaemon(true);
            return named;
        });
    }

    /** How the change stands once that is settled or the time is over, whichever is first. */
    public CompletableFuture<S> await(C change, Duration atMost) {
        CompletableFuture<S> answer = new CompletableFuture<>();
        if (stopping) {
            return CompletableFuture.completedFuture(unknown.apply(STOPPING));
        }
        Wait<C, S> wait = new Wait<>(change, System.nanoTime() + atMost.toNanos(), answer);
        thread.execute(() -> {
            waits.add(wait);
            if (stopping) {
                answerAll();
            } else if (!scheduled) {
                look();
            }
        });
        return answer;
    }

    /** Answers whoever waits, and from now on at once. */
    public void end() {
        stopping = true;
        thread.execute(this::answerAll);
    }

    @Override
    public void close() {
        stopping = true;
        thread.execute(this::answerAll);
        thread.shutdown();
    }

    private void answerAll() {
        waits.forEach(wait -> wait.answer().complete(unknown.apply(STOPPING)));
        waits.clear();
    }

    private void look() {
        try {
            answer(look.at(waits.stream().map(Wait::change).toList()));
        } catch (RuntimeException failure) {
            // The change itself is made, so the answer is that nothing is known of its effect.
            answer(change -> unknown.apply("the database does not answer"));
        }
        scheduled = !waits.isEmpty() && !thread.isShutdown();
        if (scheduled) {
            var unused = thread.schedule(this::look, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void answer(Function<C, S> standings) {
        Iterator<Wait<C, S>> each = waits.iterator();
        while (each.hasNext()) {
            Wait<C, S> wait = each.next();
            S standing = standings.apply(wait.change());
            if (settled.test(standing) || System.nanoTime() - wait.until() >= 0) {
                each.remove();
                wait.answer().complete(standing);
            }
        }
    }
}
