package dev.inferencestore.job.replay.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects, each as it stands in the file: one alone, a list of them, or one after another. Brackets and commas between
 * them are passed over; what else is between them is an entry of its own, which is then no JSON.
 */
final class JsonObjects extends Cutter {
    JsonObjects(InputStream in, long position, long most) {
        super(in, position, most);
    }

    @Override
    byte @Nullable [] next() throws IOException {
        int first = read();
        while (isBetween(first)) {
            first = read();
        }
        if (first < 0) {
            return null;
        }
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        keep(entry, first);
        if (first == '{') {
            object(entry);
        } else {
            while (peek() >= 0 && peek() != '{' && !isBetween(peek())) {
                keep(entry, read());
            }
        }
        return entry.toByteArray();
    }

    /** Reads on to the brace that closes the one that was read; braces in texts do not count. */
    private void object(ByteArrayOutputStream entry) throws IOException {
        int depth = 1;
        boolean inText = false;
        while (depth > 0) {
            int next = read();
            if (next < 0) {
                return;
            }
            keep(entry, next);
            if (inText && next == '\\') {
                int escaped = read();
                if (escaped >= 0) {
                    keep(entry, escaped);
                }
            } else if (next == '"') {
                inText = !inText;
            } else if (!inText && next == '{') {
                depth++;
            } else if (!inText && next == '}') {
                depth--;
            }
        }
    }

    private static boolean isBetween(int next) {
        return next == ' ' || next == '\t' || next == '\r' || next == '\n' || next == ',' || next == '[' || next == ']';
    }
}
