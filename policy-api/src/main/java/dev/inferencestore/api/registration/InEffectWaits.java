package dev.inferencestore.api.registration;

import dev.inferencestore.storage.progress.InEffectSnapshot;
import dev.inferencestore.storage.progress.InEffectState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Calls that wait until their change is in effect. They hold no thread, and one look at the database serves all of
 * them, so that many callers who wait cost no more than one.
 */
public final class InEffectWaits implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 25;

    private record Wait(long version, boolean stores, long until, CompletableFuture<InEffectState> answer) {}

    private final Supplier<InEffectSnapshot> look;
    private final ScheduledExecutorService thread;
    private final List<Wait> waits = new ArrayList<>(); // used on the one thread only
    private boolean scheduled; // as is this

    public InEffectWaits(Supplier<InEffectSnapshot> look) {
        this.look = look;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "in-effect-waits");
            named.setDaemon(true);
            return named;
        });
    }

    /** The state once the version is in effect or the time is over, whichever is first. */
    CompletableFuture<InEffectState> await(long version, boolean stores, Duration atMost) {
        CompletableFuture<InEffectState> answer = new CompletableFuture<>();
        Wait wait = new Wait(version, stores, System.nanoTime() + atMost.toNanos(), answer);
        thread.execute(() -> {
            waits.add(wait);
            if (!scheduled) {
                look();
            }
        });
        return answer;
    }

    @Override
    public void close() {
        thread.execute(() -> waits.forEach(wait -> wait.answer().complete(InEffectState.no("the API is stopping"))));
        thread.shutdown();
    }

    private void look() {
        try {
            InEffectSnapshot snapshot = look.get();
            answer(wait -> snapshot.of(wait.version(), wait.stores()));
        } catch (RuntimeException failure) {
            // The change itself is made, so the answer is that nothing is known of its effect.
            answer(wait -> InEffectState.no("the database does not answer"));
        }
        scheduled = !waits.isEmpty() && !thread.isShutdown();
        if (scheduled) {
            var unused = thread.schedule(this::look, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void answer(Function<Wait, InEffectState> states) {
        Iterator<Wait> each = waits.iterator();
        while (each.hasNext()) {
            Wait wait = each.next();
            InEffectState state = states.apply(wait);
            if (state.inEffect() || System.nanoTime() - wait.until() >= 0) {
                each.remove();
                wait.answer().complete(state);
            }
        }
    }
}
