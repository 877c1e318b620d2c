package dev.inferencestore.job.replay.file;

import dev.inferencestore.job.replay.watch.Reading;
import dev.inferencestore.storage.file.BrokenFileException;
import dev.inferencestore.storage.file.FileAccess;
import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for the files once, and gives each reader one at a time, so that large and small ones are spread. */
final class FilesEnumerator implements SplitEnumerator<FileSplit, FilesState>, Reading {
    private static final Logger LOG = LoggerFactory.getLogger(FilesEnumerator.class);

    private final SplitEnumeratorContext<FileSplit> context;
    private final List<String> paths;
    private final FilesSource.Opener opener;
    private final Deque<FileSplit> waiting;
    private final Set<Integer> idle = new LinkedHashSet<>();

    /** By subtask, bytes that it has still to read. */
    private final Map<Integer, Long> left = new HashMap<>();

    private boolean listed;
    private long bytes;

    FilesEnumerator(
            SplitEnumeratorContext<FileSplit> context,
            List<String> paths,
            FilesSource.Opener opener,
            FilesState state) {
        this.context = context;
        this.paths = paths;
        this.opener = opener;
        this.waiting = new ArrayDeque<>(state.waiting());
        this.listed = state.listed();
        this.bytes = state.bytes();
    }

    @Override
    public void start() {
        if (!listed) {
            context.callAsync(this::look, this::found);
        }
    }

    private List<FileAccess.Found> look() throws Exception {
        // Of a path that is below another one each file counts once.
        Map<String, FileAccess.Found> files = new LinkedHashMap<>();
        try (FileAccess access = opener.open()) {
            for (String path : paths) {
                access.list(path).forEach(file -> files.putIfAbsent(file.path(), file));
            }
        }
        return new ArrayList<>(files.values());
    }

    private void found(@Nullable List<FileAccess.Found> files, @Nullable Throwable failed) {
        if (files == null) {
            Exception cause = failed instanceof Exception some ? some : new FlinkRuntimeException(failed);
            throw failed instanceof BrokenFileException
                    ? new SuppressRestartsException(cause)
                    : new FlinkRuntimeException("the files could not be looked for", cause);
        }
        listed = true;
        for (FileAccess.Found file : files) {
            waiting.add(FileSplit.of(file));
            bytes += file.size();
        }
        LOG.info("{} files of {} bytes are read", files.size(), bytes);
        List<Integer> asking = new ArrayList<>(idle);
        idle.clear();
        asking.forEach(subtask -> handleSplitRequest(subtask, null));
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        left.put(subtask, 0L);
        if (!listed) {
            idle.add(subtask);
            return;
        }
        FileSplit next = waiting.poll();
        if (next == null) {
            context.signalNoMoreSplits(subtask);
        } else {
            left.put(subtask, next.left());
            context.assignSplit(next, subtask);
        }
    }

    @Override
    public void addSplitsBack(List<FileSplit> splits, int subtask) {
        left.remove(subtask);
        splits.forEach(waiting::addFirst);
    }

    @Override
    public void addReader(int subtask) {
        // It asks.
    }

    @Override
    public FilesState snapshotState(long checkpointId) {
        return new FilesState(listed, new ArrayList<>(waiting), bytes);
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }

    @Override
    public void goOnFrom(Map<String, Position> before) {
        // What is left says how far it is.
    }

    @Override
    public void heard(int subtask, Map<String, Long> next) {
        left.put(
                subtask,
                next.values().stream()
                        .filter(size -> size != ENDED)
                        .mapToLong(Long::longValue)
                        .sum());
    }

    @Override
    public Map<String, Position> positions() {
        if (!listed) {
            return Map.of();
        }
        long todo = waiting.stream().mapToLong(FileSplit::left).sum()
                + left.values().stream().mapToLong(Long::longValue).sum();
        return Map.of("files", new Position(0, Math.max(0, bytes - todo), bytes));
    }
}
