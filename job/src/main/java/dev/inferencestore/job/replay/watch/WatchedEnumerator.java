package dev.inferencestore.job.replay.watch;

import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out splits as another enumerator does, tells a {@link Watch} once a second how far all readers are, and tells them
 * to end when that says so. What is on its way is stored still, so that a replay that is cancelled ends like one that is
 * complete.
 */
final class WatchedEnumerator<S extends SourceSplit, E> implements SplitEnumerator<S, E> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedEnumerator.class);
    private static final long EVERY_MILLIS = 1000;

    private final SplitEnumerator<S, E> enumerator;
    private final SplitEnumeratorContext<S> context;
    private final Watch watch;
    private final Reading reading;
    private final long startedAt;
    private volatile Map<String, Position> latest = Map.of();
    private boolean stops;

    WatchedEnumerator(
            SplitEnumerator<S, E> enumerator,
            SplitEnumeratorContext<S> context,
            Watch watch,
            Reading reading,
            long startedAt) {
        this.enumerator = enumerator;
        this.context = context;
        this.watch = watch;
        this.reading = reading;
        this.startedAt = startedAt;
    }

    @Override
    public void start() {
        enumerator.start();
        context.callAsync(watch::before, this::goOn);
        context.callAsync(() -> watch.stops(startedAt, latest), this::looked, EVERY_MILLIS, EVERY_MILLIS);
    }

    private void goOn(Map<String, Position> before, @Nullable Throwable failed) {
        if (failed == null) {
            reading.goOnFrom(before);
            latest = reading.positions();
        } else {
            LOG.warn("How far the replay was is not known", failed);
        }
    }

    private void looked(@Nullable Boolean stop, @Nullable Throwable failed) {
        latest = reading.positions();
        if (failed != null) {
            LOG.warn("Progress is not shown for now, and cancelling not seen: {}", failed.toString());
        } else if (Boolean.TRUE.equals(stop) && !stops) {
            LOG.info("The replay is to be cancelled: it reads no more");
            stops = true;
            context.registeredReaders().keySet().forEach(this::stop);
        }
    }

    private void stop(int subtask) {
        context.sendEventToSourceReader(subtask, new ReadNoMore());
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        enumerator.handleSplitRequest(subtask, host);
    }

    @Override
    public void addSplitsBack(List<S> splits, int subtask) {
        enumerator.addSplitsBack(splits, subtask);
    }

    @Override
    public void addReader(int subtask) {
        enumerator.addReader(subtask);
        if (stops) {
            stop(subtask);
        }
    }

    @Override
    public E snapshotState(long checkpointId) throws Exception {
        return enumerator.snapshotState(checkpointId);
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof HasRead said) {
            reading.heard(subtask, said.next());
            latest = reading.positions();
        } else {
            enumerator.handleSourceEvent(subtask, event);
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        enumerator.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void notifyCheckpointAborted(long checkpointId) throws Exception {
        enumerator.notifyCheckpointAborted(checkpointId);
    }

    @Override
    public void close() throws IOException {
        try {
            watch.stops(startedAt, latest);
        } catch (Exception failed) {
            LOG.warn("How far the replay was last is not shown: {}", failed.toString());
        }
        enumerator.close();
    }
}
