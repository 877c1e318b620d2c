package dev.inferencestore.storage.segment;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Records of a PAX header (POSIX.1-2001): {@code "<length> <keyword>=<value>\n"}, the length counting its own digits too. */
final class Pax {
    /** The least that {@link #path} can fill, whatever the name: any PAX header that a name needs is longer. */
    static final int LEAST = 100;

    private Pax() {}

    /** One record; keyword and value in ASCII. */
    static byte[] record(String keyword, String value) {
        int rest = 1 + keyword.length() + 1 + value.length() + 1;
        int total = rest + digits(rest);
        if (digits(total) > digits(rest)) {
            total++;
        }
        return (total + " " + keyword + "=" + value + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * A path, and after it a comment that makes the whole as long as asked; readers pass a comment over.
     *
     * @param name at most 40 characters
     * @param length bytes, at least {@link #LEAST}
     */
    static byte[] path(String name, int length) {
        byte[] path = record("path", name);
        int left = length - path.length;
        byte[] comment = (left + " comment=").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[length];
        Arrays.fill(all, (byte) '-');
        System.arraycopy(path, 0, all, 0, path.length);
        System.arraycopy(comment, 0, all, path.length, comment.length);
        all[length - 1] = '\n';
        return all;
    }

    /** Whether these bytes are whole records of nothing but paths and comments. */
    static boolean namesOnly(byte[] bytes, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end) {
            int space = at;
            int total = 0;
            while (space < end && space - at < 6 && bytes[space] >= '0' && bytes[space] <= '9') {
                total = total * 10 + bytes[space++] - '0';
            }
            boolean whole = total > space - at && total <= end - at && bytes[at + total - 1] == '\n';
            if (!whole || !(begins(bytes, space, " path=") || begins(bytes, space, " comment="))) {
                return false;
            }
            at += total;
        }
        return true;
    }

    private static boolean begins(byte[] bytes, int at, String text) {
        return at + text.length() <= bytes.length
                && new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private static int digits(int number) {
        return String.valueOf(number).length();
    }
}
