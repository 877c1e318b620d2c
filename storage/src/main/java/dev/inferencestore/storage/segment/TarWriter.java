package dev.inferencestore.storage.segment;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Puts POSIX tar entries one after another without copying what is in them, and says where each one's bytes begin.
 *
 * <p>Ustar (POSIX.1-1988), with a PAX header (POSIX.1-2001) before a name of more than 100 bytes. Not a library, since
 * none says at which byte an entry's data begins, which is what a row needs. Not safe for use by several threads.
 */
public final class TarWriter {
    static final int BLOCK = 512;
    private static final int NAME = 100;

    /** Two empty blocks end a tar. */
    private static final byte[] END = new byte[2 * BLOCK];

    private final List<byte[]> parts = new ArrayList<>();
    private long length;
    private int entries;

    /**
     * Appends an entry.
     *
     * @param name ASCII
     * @param createdAt becomes the entry's time, in whole seconds; microseconds since 1970
     * @param bytes not copied: must not change afterwards
     * @return the offset of the first of its bytes
     */
    public long append(String name, long createdAt, byte[] bytes) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        long seconds = Math.floorDiv(createdAt, 1_000_000L);
        if (ascii.length > NAME) {
            byte[] pax = Pax.record("path", name);
            add(header("PaxHeaders/" + name.substring(0, NAME - 20), pax.length, seconds, 'x'));
            addPadded(pax);
        }
        add(header(name.substring(0, Math.min(NAME, name.length())), bytes.length, seconds, '0'));
        long offset = length;
        addPadded(bytes);
        entries++;
        return offset;
    }

    /** Bytes of all entries so far, without the end of the tar. */
    public long length() {
        return length;
    }

    public int entries() {
        return entries;
    }

    /** Bytes of the whole tar. */
    public long objectLength() {
        return length + END.length;
    }

    /** The whole tar, from its start; can be asked for again. */
    public InputStream open() {
        List<InputStream> streams = new ArrayList<>(parts.size() + 1);
        parts.forEach(part -> streams.add(new ByteArrayInputStream(part)));
        streams.add(new ByteArrayInputStream(END));
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    private void addPadded(byte[] bytes) {
        add(bytes);
        int over = bytes.length % BLOCK;
        if (over > 0) {
            add(new byte[BLOCK - over]);
        }
    }

    private void add(byte[] bytes) {
        if (bytes.length > 0) {
            parts.add(bytes);
            length += bytes.length;
        }
    }

    /**
     * The block before an entry's bytes.
     *
     * @param name ASCII, at most 100 characters
     * @param size bytes of the entry
     * @param seconds its time, since 1970
     * @param type {@code '0'} for a file, {@code 'x'} for the PAX header of the entry that follows
     */
    static byte[] header(String name, long size, long seconds, char type) {
        byte[] block = new byte[BLOCK];
        text(block, 0, name);
        text(block, 100, "0000644\0");
        text(block, 108, "0000000\0");
        text(block, 116, "0000000\0");
        text(block, 124, octal(size) + "\0");
        text(block, 136, octal(seconds) + "\0");
        block[156] = (byte) type;
        text(block, 257, "ustar\0" + "00");
        int sum = checksum(block, 0);
        text(block, 148, octal(sum).substring(5) + "\0 ");
        return block;
    }

    /** The sum of a header's bytes, those of the sum itself taken as spaces. */
    static int checksum(byte[] bytes, int header) {
        int sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            if (i < 148 || i >= 156) {
                sum += bytes[header + i] & 0xff;
            }
        }
        return sum;
    }

    private static String octal(long number) {
        String digits = Long.toOctalString(number);
        return "0".repeat(11 - digits.length()) + digits;
    }

    private static void text(byte[] block, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            block[at + i] = (byte) text.charAt(i);
        }
    }
}
