package dev.inferencestore.job.replay.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines, which end with a line feed or a carriage return and a line feed; the last one need not end with any. */
final class Lines extends Cutter {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    Lines(InputStream in, long position, long most) {
        super(in, position, most);
    }

    @Override
    byte @Nullable [] next() throws IOException {
        boolean first = position() == 0;
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
        int from =
                first && Arrays.mismatch(bytes, BYTE_ORDER_MARK) == BYTE_ORDER_MARK.length ? BYTE_ORDER_MARK.length : 0;
        int to = bytes.length > from && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
    }
}
