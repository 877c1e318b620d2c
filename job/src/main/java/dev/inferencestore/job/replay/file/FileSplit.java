package dev.inferencestore.job.replay.file;

import dev.inferencestore.storage.file.FileAccess;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A file, from an entry on.
 *
 * @param modified when it was written last, milliseconds since 1970; negative where that is not known
 * @param entry the number of the next one
 * @param from the byte at which that begins, once unpacked
 */
public record FileSplit(String path, long size, String tag, long modified, long entry, long from)
        implements SourceSplit {
    private static final long NOTHING_LEFT = Long.MAX_VALUE;

    static FileSplit of(FileAccess.Found file) {
        return new FileSplit(file.path(), file.size(), file.tag(), file.modified(), 0, 0);
    }

    @Override
    public String splitId() {
        return path;
    }

    FileAccess.Found file() {
        return new FileAccess.Found(path, size, tag, modified);
    }

    FileSplit at(long nextEntry, long nextByte) {
        return new FileSplit(path, size, tag, modified, nextEntry, nextByte);
    }

    /** Behind the entry that stands for what cannot be read. */
    FileSplit givenUp() {
        return at(entry + 1, NOTHING_LEFT);
    }

    boolean isGivenUp() {
        return from == NOTHING_LEFT;
    }

    /** Bytes that are still to be read; of a file that is packed, about. */
    long left() {
        return Math.max(0, size - from);
    }
}
