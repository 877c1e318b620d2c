package dev.inferencestore.job.replay.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines, which end with a line feed or a carriage return and a line feed; the last one need not end with any. */
final class Lines extends Cutter {
    Lines(InputStream in, long position, long most) {
        super(in, position, most);
    }

    @Override
    byte @Nullable [] next() throws IOException {
        int next = read();
        if (next < 0) {
            return null;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (next >= 0 && next != '\n') {
            keep(line, next);
            next = read();
        }
        byte[] bytes = line.toByteArray();
        boolean isReturned = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        return isReturned ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
    }
}
