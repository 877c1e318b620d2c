package dev.inferencestore.job.replay.file;

import dev.inferencestore.storage.file.BrokenFileException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A file in gzip, unpacked while it is read, and given up where it is far larger than what anybody writes. */
final class Unpacked extends FilterInputStream {
    private static final int BUFFER = 64 * 1024;

    /** JSON seldom packs to less than a fiftieth. */
    private static final long MOST_TIMES = 250;

    private static final long ALWAYS_ALLOWED = 64L << 20;

    private final String path;
    private final long most;
    private long read;

    Unpacked(String path, long size, InputStream packed) throws IOException {
        super(begin(path, packed));
        this.path = path;
        this.most = Math.max(ALWAYS_ALLOWED, MOST_TIMES * size);
    }

    private static InputStream begin(String path, InputStream packed) throws IOException {
        try {
            return new GZIPInputStream(packed, BUFFER);
        } catch (ZipException | EOFException broken) {
            packed.close();
            throw broken(path, broken);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int some = super.read(into, offset, length);
            read += Math.max(0, some);
            if (read > most) {
                throw new BrokenFileException(path + " is given up: it unpacks to more than " + most + " bytes", null);
            }
            return some;
        } catch (ZipException | EOFException broken) {
            throw broken(path, broken);
        }
    }

    private static BrokenFileException broken(String path, IOException cause) {
        return new BrokenFileException(path + " is no whole file in gzip: " + cause.getMessage(), cause);
    }
}
