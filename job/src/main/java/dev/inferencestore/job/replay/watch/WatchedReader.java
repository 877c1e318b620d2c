package dev.inferencestore.job.replay.watch;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/** A reader that keeps to a rate, says once a second how far it is, and ends when it is told to. */
final class WatchedReader<T, S extends SourceSplit> implements SourceReader<T, S> {
    private static final long SAY_EVERY = TimeUnit.SECONDS.toNanos(1);

    private final SourceReader<T, S> reader;
    private final ToLongFunction<S> next;
    private final Rate rate;
    private final Consumer<SourceEvent> enumerator;
    private final LongSupplier nanos;
    private final Set<String> reading = new HashSet<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private long saidAt;

    /**
     * Wraps a reader whose snapshots have no effect.
     *
     * @param next what of a split is read next
     * @param enumerator is told how far it is
     * @param nanos a clock that never goes back
     */
    WatchedReader(
            SourceReader<T, S> reader,
            ToLongFunction<S> next,
            Rate rate,
            Consumer<SourceEvent> enumerator,
            LongSupplier nanos) {
        this.reader = reader;
        this.next = next;
        this.rate = rate;
        this.enumerator = enumerator;
        this.nanos = nanos;
        this.saidAt = nanos.getAsLong();
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        if (stopped.isDone()) {
            return InputStatus.END_OF_INPUT;
        }
        long now = nanos.getAsLong();
        if (now - saidAt >= SAY_EVERY) {
            say(now);
        }
        if (rate.nanosLeft(now) > 0) {
            return InputStatus.NOTHING_AVAILABLE;
        }
        InputStatus status = reader.pollNext(output);
        if (status == InputStatus.MORE_AVAILABLE) {
            rate.took(now);
        } else if (status == InputStatus.END_OF_INPUT) {
            say(now);
        }
        return status;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        long wait = rate.nanosLeft(nanos.getAsLong());
        CompletableFuture<Void> more = wait == 0
                ? reader.isAvailable()
                : new CompletableFuture<Void>().completeOnTimeout(null, wait, TimeUnit.NANOSECONDS);
        return more.isDone() ? more : CompletableFuture.allOf(CompletableFuture.anyOf(more, stopped));
    }

    @Override
    public List<S> snapshotState(long checkpointId) {
        return reader.snapshotState(checkpointId);
    }

    @Override
    public void addSplits(List<S> splits) {
        splits.forEach(split -> reading.add(split.splitId()));
        reader.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        reader.notifyNoMoreSplits();
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ReadNoMore) {
            stopped.complete(null);
        } else {
            reader.handleSourceEvents(event);
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        reader.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        reader.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
        reader.pauseOrResumeSplits(toPause, toResume);
    }

    @Override
    public void close() throws Exception {
        reader.close();
    }

    private void say(long now) {
        saidAt = now;
        HashMap<String, Long> said = new HashMap<>();
        reading.forEach(split -> said.put(split, Reading.ENDED));
        reading.clear();
        for (S split : reader.snapshotState(-1)) {
            said.put(split.splitId(), next.applyAsLong(split));
            reading.add(split.splitId());
        }
        enumerator.accept(new HasRead(said));
    }
}
