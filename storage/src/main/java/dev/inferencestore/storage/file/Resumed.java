package dev.inferencestore.storage.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.Abortable;

/** Bytes that come over a network: where a connection breaks, as one does that is read slowly, another goes on. */
final class Resumed extends InputStream {
    private static final Logger LOG = LoggerFactory.getLogger(Resumed.class);
    private static final int MOST_IN_A_ROW = 5;

    private final String path;
    private final Opener opener;
    private final long size;
    private InputStream bytes;
    private long position;
    private int failures;

    /** Opens the same bytes at another place. */
    interface Opener {
        InputStream open(long from) throws IOException;
    }

    /**
     * Opens them.
     *
     * @param size where they end; what ends before has broken
     */
    Resumed(String path, long from, long size, Opener opener) throws IOException {
        this.path = path;
        this.size = size;
        this.opener = opener;
        this.position = from;
        this.bytes = opener.open(from);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (true) {
            try {
                int read = bytes.read(into, offset, length);
                if (read < 0 && position < size) {
                    throw new EOFException("it ended at byte " + position + " of " + size);
                }
                position += Math.max(0, read);
                failures = read > 0 ? 0 : failures;
                return read;
            } catch (IOException | SdkException broken) {
                again(broken);
            }
        }
    }

    /** More than none as long as there are any: who unpacks gzip asks whether another member follows. */
    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, size - position);
    }

    private void again(Exception broken) throws IOException {
        if (broken instanceof BrokenFileException lasting) {
            throw lasting;
        }
        failures++;
        if (failures > MOST_IN_A_ROW) {
            throw new IOException(path + " could not be read on from byte " + position, broken);
        }
        LOG.info("{} is opened again at byte {}: {}", path, position, broken.toString());
        abandon();
        bytes = opener.open(position);
    }

    @Override
    public void close() throws IOException {
        abandon();
    }

    /** Closing alone would read the rest first. */
    private void abandon() throws IOException {
        if (bytes instanceof Abortable abortable) {
            abortable.abort();
        }
        try {
            bytes.close();
        } catch (SdkException | IOException alreadyBroken) {
            LOG.debug("{} was broken already", path, alreadyBroken);
        }
    }
}
