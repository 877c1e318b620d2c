package dev.inferencestore.job.replay.send;

import dev.inferencestore.job.replay.watch.Reading;
import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/** Gives the one range of rows to the one reader. State: the range, while nobody has it. */
final class RowsEnumerator implements SplitEnumerator<RowsSplit, List<RowsSplit>>, Reading {
    private final SplitEnumeratorContext<RowsSplit> context;
    private final long total;
    private List<RowsSplit> waiting;
    private long done;

    /**
     * Makes one.
     *
     * @param total rows that there were when it was asked for
     */
    RowsEnumerator(SplitEnumeratorContext<RowsSplit> context, List<RowsSplit> waiting, long total) {
        this.context = context;
        this.waiting = waiting;
        this.total = total;
    }

    @Override
    public void start() {
        // The reader comes by itself.
    }

    @Override
    public void addReader(int subtask) {
        waiting.forEach(split -> context.assignSplit(split, subtask));
        waiting = List.of();
        context.signalNoMoreSplits(subtask);
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        // Nobody asks.
    }

    @Override
    public void addSplitsBack(List<RowsSplit> splits, int subtask) {
        waiting = List.copyOf(splits);
    }

    @Override
    public List<RowsSplit> snapshotState(long checkpointId) {
        return waiting;
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }

    @Override
    public void goOnFrom(Map<String, Position> before) {
        before.values().forEach(position -> done = Math.max(done, position.next()));
    }

    @Override
    public void heard(int subtask, Map<String, Long> next) {
        next.values().forEach(rows -> done = Math.max(done, rows == ENDED ? total : rows));
    }

    @Override
    public Map<String, Position> positions() {
        // What comes later with an earlier event time is sent too.
        return Map.of("rows", new Position(0, done, Math.max(done, total)));
    }
}
