package dev.inferencestore.job.replay.send;

import dev.inferencestore.storage.inference.InputState;
import dev.inferencestore.storage.inference.Place;
import dev.inferencestore.storage.inference.StoredHalf;
import dev.inferencestore.storage.inference.StoredRows;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.replay.ReplaySummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows in the order of event time when they are due, and their bytes, some at once. A row is read anew when it is due,
 * so that nothing is sent that was removed while it waited. Runs on a thread of its own.
 */
final class RowsReader implements SplitReader<SentRow, RowsSplit> {
    private static final int ROWS_AT_ONCE = 100;
    private static final long BYTES_AT_ONCE = 8 << 20;
    private static final long LONGEST_WAIT_MILLIS = 1000;

    private final RowsAccess access;
    private final Encoder encoder;
    private final Timing timing;
    private final Semaphore woken = new Semaphore(0);
    private @Nullable RowsSplit split;
    private long nextAt = Long.MIN_VALUE;

    RowsReader(RowsAccess access, Encoder encoder, Timing timing) {
        this.access = access;
        this.encoder = encoder;
        this.timing = timing;
    }

    @Override
    public RecordsWithSplitIds<SentRow> fetch() throws IOException {
        RecordsBySplits.Builder<SentRow> batch = new RecordsBySplits.Builder<>();
        RowsSplit now = split;
        if (now != null && !waited(nextAt)) {
            split = read(now, batch);
        }
        return batch.build();
    }

    /** The split behind what was read; null at its end. */
    private @Nullable RowsSplit read(RowsSplit now, RecordsBySplits.Builder<SentRow> batch) throws IOException {
        StoredRows.Page page;
        try {
            page = access.rows().page(now.modelId(), now.from(), now.to(), now.after(), ROWS_AT_ONCE);
        } catch (NotFound unregistered) {
            throw new SuppressRestartsException(unregistered);
        }
        List<StoredHalf> due = due(page.rows());
        RowsSplit then = now;
        for (Future<SentRow> sent : start(due, now.modelId())) {
            SentRow row = get(sent);
            batch.add(now.splitId(), row);
            then = then.after(row.place());
        }
        if (due.size() < page.rows().size()) {
            nextAt = page.rows().get(due.size()).place().createdAt();
            return then;
        }
        if (page.next() == null) {
            batch.addFinishedSplit(now.splitId());
            return null;
        }
        // Rows that were looked at and are not seen are passed over without being counted.
        return new RowsSplit(then.modelId(), then.from(), then.to(), page.next(), then.done());
    }

    private List<StoredHalf> due(List<StoredHalf> rows) {
        List<StoredHalf> due = new ArrayList<>();
        long bytes = 0;
        for (StoredHalf row : rows) {
            bytes += row.outputSize()
                    + (row.inputAt() == null ? 0 : row.inputAt().size());
            if (timing.untilDue(row.place().createdAt()) > 0 || (bytes > BYTES_AT_ONCE && !due.isEmpty())) {
                break;
            }
            due.add(row);
        }
        return due;
    }

    /** Waits for a time, for a while at the most; returns whether there is still to wait. */
    private boolean waited(long at) throws IOException {
        long wait = at == Long.MIN_VALUE ? 0 : timing.untilDue(at);
        if (wait == 0) {
            return false;
        }
        try {
            woken.tryAcquire(Math.min(wait, LONGEST_WAIT_MILLIS), TimeUnit.MILLISECONDS);
            woken.drainPermits();
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private List<Future<SentRow>> start(List<StoredHalf> due, String modelId) {
        ReadAhead ahead = new ReadAhead(
                access.objects(),
                due.stream().flatMap(row -> RowBytes.places(row).stream()).toList(),
                access.threads());
        RowBytes bytes = new RowBytes(access.rows(), access.objects(), ahead, modelId);
        return due.stream()
                .map(row -> access.threads().submit(() -> sent(row.place(), bytes.read(row))))
                .toList();
    }

    private SentRow sent(Place place, RowBytes.Found found) {
        StoredHalf row = found.row();
        if (row == null) {
            return new SentRow(place, new Emission(List.of(), List.of(ReplaySummary.SKIPPED + ".gone")));
        }
        var events = encoder.events(row, found.bytes());
        if (events.isEmpty()) {
            return new SentRow(place, new Emission(List.of(), List.of(ReplaySummary.SKIPPED + ".too_large")));
        }
        boolean expired = row.inputState() == InputState.EXPIRED;
        return new SentRow(place, new Emission(events, expired ? List.of(ReplaySummary.INPUT_EXPIRED) : List.of()));
    }

    private static SentRow get(Future<SentRow> sent) throws IOException {
        try {
            return sent.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SuppressRestartsException lasting) {
                throw lasting;
            }
            throw new IOException("stored bytes could not be read", failed.getCause());
        }
    }

    @Override
    public void handleSplitsChanges(SplitsChange<RowsSplit> change) {
        if (!(change instanceof SplitsAddition)
                || split != null
                || change.splits().size() != 1) {
            throw new UnsupportedOperationException("there is one range of rows");
        }
        split = change.splits().get(0);
    }

    @Override
    public void wakeUp() {
        woken.release();
    }

    @Override
    public void close() {
        access.close();
    }
}
