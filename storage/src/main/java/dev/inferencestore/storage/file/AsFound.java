package dev.inferencestore.storage.file;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** As many bytes of a file as it had when it was found; at their end, whether it is still the same is asked again. */
final class AsFound extends FilterInputStream {
    private final Check check;
    private long left;

    /** Fails where the file is another by now. */
    interface Check {
        void run() throws IOException;
    }

    AsFound(InputStream bytes, long left, Check check) {
        super(bytes);
        this.left = left;
        this.check = check;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = left == 0 ? -1 : super.read(into, offset, (int) Math.min(left, length));
        if (read < 0) {
            check.run();
            if (left > 0) {
                throw new EOFException(left + " bytes of it are not there");
            }
            return -1;
        }
        left -= read;
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = super.skip(Math.min(left, bytes));
        left -= skipped;
        return skipped;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, left);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
