package dev.inferencestore.storage.segment;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;

/** A run of bytes as it comes: exactly so many, and a connection that is given up where nobody wants the rest. */
final class RunOfBytes extends FilterInputStream {
    private final ResponseInputStream<?> answer;
    private final String key;
    private long left;

    RunOfBytes(ResponseInputStream<?> answer, String key, long length) {
        super(answer);
        this.answer = answer;
        this.key = key;
        left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = super.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("object '" + key + "' ends " + left + " bytes too early");
        }
        left -= read;
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = super.skip(Math.min(bytes, left));
        left -= skipped;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        if (left > 0) {
            // Closing would read the rest first.
            answer.abort();
        } else {
            super.close();
        }
    }
}
