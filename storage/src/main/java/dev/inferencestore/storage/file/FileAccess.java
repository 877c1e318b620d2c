package dev.inferencestore.storage.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Finds and opens files. Paths are {@code file:///…} or {@code s3://bucket/…}. Calls block. */
public interface FileAccess extends AutoCloseable {

    /**
     * A file that there is.
     *
     * @param path its own, whole
     * @param tag changes when the file does
     * @param modified when it was written last, milliseconds since 1970
     */
    record Found(String path, long size, String tag, long modified) {}

    /**
     * The file of a path, or all files below one that ends with a slash, in the order of their paths. Empty ones are left
     * out.
     *
     * @throws BrokenFileException where there is none, or it may not be read
     * @throws IOException when it may succeed later
     */
    List<Found> list(String path) throws IOException;

    /**
     * Opens a file.
     *
     * @param from the first byte that is read
     * @throws BadContentException where it is another by now, which may also be seen while it is read
     * @throws BrokenFileException where it is gone, or may not be read
     * @throws IOException when it may succeed later
     */
    InputStream open(Found file, long from) throws IOException;

    @Override
    void close();
}
