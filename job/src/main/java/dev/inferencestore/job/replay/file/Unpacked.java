package dev.inferencestore.job.replay.file;

import dev.inferencestore.storage.file.BadContentException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** A file in gzip, unpacked while it is read, and given up where it is far larger than what anybody writes. */
final class Unpacked extends InputStream {
    private static final int BUFFER = 64 * 1024;

    /** JSON seldom packs to less than a fiftieth. */
    private static final long MOST_TIMES = 250;

    private static final long ALWAYS_ALLOWED = 64L << 20;

    private final String path;
    private final long most;
    private final Packed packed;
    private final Members members;
    private long read;

    Unpacked(String path, long size, InputStream in) throws IOException {
        this.path = path;
        this.most = Math.max(ALWAYS_ALLOWED, MOST_TIMES * size);
        this.packed = new Packed(in);
        try {
            this.members = new Members(packed);
        } catch (IOException failed) {
            in.close();
            throw packed.failed == null ? broken(failed) : failed;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int some = unpack(into, offset, length);
        read += Math.max(0, some);
        if (read > most) {
            throw new BadContentException(path + " is given up: it unpacks to more than " + most + " bytes", null);
        }
        return some;
    }

    private int unpack(byte[] into, int offset, int length) throws IOException {
        try {
            int some = members.read(into, offset, length);
            if (some < 0 && packed.failed != null) {
                throw packed.failed;
            }
            if (some < 0 && members.isFollowed()) {
                throw new ZipException("other bytes follow");
            }
            return some;
        } catch (ZipException | EOFException failed) {
            throw packed.failed == null ? broken(failed) : packed.failed;
        }
    }

    private BadContentException broken(IOException cause) {
        String why = cause.getMessage() == null ? "it is cut off" : cause.getMessage();
        return new BadContentException(path + " is no whole file in gzip: " + why, cause);
    }

    @Override
    public void close() throws IOException {
        members.close();
    }

    /** Reads one member after the other. What follows the last one and is none, it passes over in silence. */
    private static final class Members extends GZIPInputStream {
        private static final int TRAILER = 8;

        private final Packed packed;
        private long filled;

        Members(Packed packed) throws IOException {
            super(packed, BUFFER);
            this.packed = packed;
        }

        @Override
        protected void fill() throws IOException {
            super.fill();
            filled = packed.count;
        }

        /** Whether at the end there is more than the end of a member. */
        boolean isFollowed() throws IOException {
            return inf.getRemaining() + packed.count - filled > TRAILER || packed.read() >= 0;
        }
    }

    /** Keeps how reading failed: who looks for another member takes a failure for the end of the file. */
    private static final class Packed extends FilterInputStream {
        private long count;
        private @Nullable IOException failed;

        Packed(InputStream in) {
            super(in);
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
                count += Math.max(0, some);
                return some;
            } catch (IOException failure) {
                failed = failure;
                throw failure;
            }
        }
    }
}
