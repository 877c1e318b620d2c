package dev.inferencestore.job.replay.file;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.format.Headline;
import dev.inferencestore.domain.replay.FileFormat;
import dev.inferencestore.storage.file.BadContentException;
import dev.inferencestore.storage.file.BrokenFileException;
import dev.inferencestore.storage.file.FileAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads files, one after the other, some entries at a time. Runs on a thread of its own. */
final class EntryReader implements SplitReader<Entry, FileSplit> {
    private static final int ENTRIES_AT_ONCE = 500;
    private static final long BYTES_AT_ONCE = 1 << 20;
    private static final String PACKED = ".gz";
    private static final byte[] NOTHING = {};
    private static final Logger LOG = LoggerFactory.getLogger(EntryReader.class);

    private final FileAccess access;
    private final FileFormat format;
    private final @Nullable String model;
    private final long most;
    private final Deque<FileSplit> waiting = new ArrayDeque<>();
    private @Nullable FileSplit current;
    private @Nullable Cutter cutter;

    /**
     * Makes a reader.
     *
     * @param model that all entries are taken for; null for what they say
     * @param most bytes of an entry; a larger one is cut, to be counted as what it is
     */
    EntryReader(FileAccess access, FileFormat format, @Nullable String model, long most) {
        this.access = access;
        this.format = format;
        this.model = model;
        this.most = most;
    }

    @Override
    public RecordsWithSplitIds<Entry> fetch() throws IOException {
        RecordsBySplits.Builder<Entry> batch = new RecordsBySplits.Builder<>();
        if (current == null) {
            current = waiting.poll();
        }
        if (current == null) {
            return batch.build();
        }
        try {
            read(current, batch);
        } catch (BadContentException bad) {
            giveUp(current, bad, batch);
        } catch (BrokenFileException broken) {
            throw new SuppressRestartsException(broken);
        }
        return batch.build();
    }

    private void read(FileSplit from, RecordsBySplits.Builder<Entry> batch) throws IOException {
        FileSplit split = from;
        if (split.isGivenUp()) {
            finish(split, batch);
            return;
        }
        Cutter open = cutter == null ? open(split) : cutter;
        cutter = open;
        long bytes = 0;
        for (int i = 0; i < ENTRIES_AT_ONCE && bytes < BYTES_AT_ONCE; i++) {
            byte[] entry = open.next();
            if (entry == null) {
                finish(split, batch);
                return;
            }
            long number = split.entry();
            split = split.at(number + 1, open.position());
            current = split;
            if (entry.length > 0) {
                batch.add(split.splitId(), new Entry(event(split, number, entry), number + 1, open.position()));
                bytes += entry.length;
            }
        }
    }

    /** Bad input stops nothing: what can no longer be read of a file is one entry, which says why. */
    private void giveUp(FileSplit split, BadContentException bad, RecordsBySplits.Builder<Entry> batch)
            throws IOException {
        LOG.warn("the rest of a file is left out, from entry {}: {}", split.entry(), bad.getMessage());
        List<EventHeader> headers = headers(split);
        headers.add(header(Headline.FILE_BROKEN, String.valueOf(bad.getMessage())));
        RawEvent event = new RawEvent(split.path(), 0, split.entry(), -1, null, NOTHING, headers);
        FileSplit end = split.givenUp();
        batch.add(split.splitId(), new Entry(event, end.entry(), end.from()));
        finish(end, batch);
    }

    private void finish(FileSplit split, RecordsBySplits.Builder<Entry> batch) throws IOException {
        if (cutter != null) {
            cutter.close();
            cutter = null;
        }
        current = null;
        batch.addFinishedSplit(split.splitId());
    }

    private Cutter open(FileSplit split) throws IOException {
        boolean packed = split.path().toLowerCase(Locale.ROOT).endsWith(PACKED);
        InputStream in = access.open(split.file(), packed ? 0 : split.from());
        if (packed) {
            in = new Unpacked(split.path(), split.size(), in);
            skip(in, split.from());
        }
        return format == FileFormat.KSERVE_BLOB
                ? new JsonObjects(in, split.from(), most)
                : new Lines(in, split.from(), most);
    }

    private static void skip(InputStream in, long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (IOException failed) {
            in.close();
            throw failed;
        }
    }

    private RawEvent event(FileSplit split, long number, byte[] entry) {
        return new RawEvent(split.path(), 0, number, -1, null, entry, headers(split));
    }

    private List<EventHeader> headers(FileSplit split) {
        List<EventHeader> headers = new ArrayList<>();
        headers.add(header(Headline.FORMAT, format.text()));
        headers.add(header(Headline.FILE_PATH, split.path()));
        if (split.modified() >= 0) {
            headers.add(header(
                    Headline.FILE_TIME, Instant.ofEpochMilli(split.modified()).toString()));
        }
        if (model != null) {
            headers.add(header(Headline.FILE_MODEL, model));
        }
        return headers;
    }

    private static EventHeader header(String name, String value) {
        return new EventHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void handleSplitsChanges(SplitsChange<FileSplit> change) {
        if (!(change instanceof SplitsAddition)) {
            throw new UnsupportedOperationException("files are only added");
        }
        waiting.addAll(change.splits());
    }

    @Override
    public void wakeUp() {
        // A fetch is short.
    }

    @Override
    public void close() throws IOException {
        if (cutter != null) {
            cutter.close();
        }
        access.close();
    }
}
