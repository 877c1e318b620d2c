package dev.inferencestore.job.replay.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Cuts the bytes of a file into entries. Of an entry that is too large only so much is kept that it is seen to be. */
abstract class Cutter implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final long most;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int filled;
    private long position;

    /**
     * Begins to cut.
     *
     * @param in is closed with this
     * @param position of its first byte
     * @param most bytes of an entry, of which one more is kept
     */
    Cutter(InputStream in, long position, long most) {
        this.in = in;
        this.position = position;
        this.most = most;
    }

    /** The next entry; null at the end. One that has nothing in it is empty. */
    abstract byte @Nullable [] next() throws IOException;

    /** Where the next entry begins. */
    final long position() {
        return position;
    }

    /** The next byte; -1 at the end. */
    final int read() throws IOException {
        if (at == filled) {
            filled = in.read(buffer, 0, buffer.length);
            at = 0;
            if (filled <= 0) {
                filled = 0;
                return -1;
            }
        }
        position++;
        return buffer[at++] & 0xff;
    }

    /** The byte after those that were read; -1 at the end. */
    final int peek() throws IOException {
        int next = read();
        if (next >= 0) {
            at--;
            position--;
        }
        return next;
    }

    final void keep(ByteArrayOutputStream entry, int next) {
        if (entry.size() <= most) {
            entry.write(next);
        }
    }

    @Override
    public final void close() throws IOException {
        in.close();
    }
}
