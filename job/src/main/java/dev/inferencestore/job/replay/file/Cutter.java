package dev.inferencestore.job.replay.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a file into entries. Of an entry that is too large only so much is kept that it is seen to be. A byte
 * order mark at the beginning of the file is passed over.
 */
abstract class Cutter implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

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
        if (at == filled && position == 0) {
            begin();
        }
        if (at == filled) {
            filled = Math.max(0, in.read(buffer, 0, buffer.length));
            at = 0;
        }
        if (at == filled) {
            return -1;
        }
        position++;
        return buffer[at++] & 0xff;
    }

    private void begin() throws IOException {
        filled = in.readNBytes(buffer, 0, BYTE_ORDER_MARK.length);
        at = 0;
        if (Arrays.equals(buffer, 0, filled, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            at = filled;
            position = filled;
        }
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
