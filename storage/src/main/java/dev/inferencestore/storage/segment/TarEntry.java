package dev.inferencestore.storage.segment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a segment as {@link TarWriter} makes them; offsets are in the object.
 *
 * @param paxSize bytes of the PAX header's content, 0 where there is none
 * @param header where its own header begins, after the PAX header and its content
 * @param size bytes of its data, without padding
 * @param name as in its own header: the first 100 bytes of it
 */
record TarEntry(int paxSize, int header, int size, String name) {
    private static final int BLOCK = TarWriter.BLOCK;

    int data() {
        return header + BLOCK;
    }

    /** Where the next entry begins. */
    int end() {
        return data() + padded(size);
    }

    /** Where the PAX header's content begins; only where there is one. */
    int pax() {
        return header - padded(paxSize);
    }

    /**
     * Reads all headers of a segment.
     *
     * @throws BrokenTarException when they are not what {@link TarWriter} writes, to the last byte of the segment
     */
    static List<TarEntry> all(byte[] object, long base, long length) {
        if (base < 0 || length < 0 || length > object.length - base) {
            throw new BrokenTarException(
                    base, base, "a segment of " + length + " bytes is not inside an object of " + object.length);
        }
        return new Reader(object, (int) base, (int) (base + length)).all();
    }

    private static int padded(int size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private record Reader(byte[] object, int base, int end) {
        List<TarEntry> all() {
            List<TarEntry> entries = new ArrayList<>();
            for (int at = base; at < end; at = entries.get(entries.size() - 1).end()) {
                entries.add(entry(at));
            }
            return entries;
        }

        private TarEntry entry(int at) {
            check(at);
            if (object[at + 156] != 'x') {
                return file(at, 0);
            }
            int pax = size(at);
            if (pax < Pax.LEAST || !Pax.namesOnly(object, at + BLOCK, pax)) {
                throw broken(at, "a PAX header that is not that of a long name");
            }
            int header = at + BLOCK + padded(pax);
            check(header);
            return file(header, pax);
        }

        private TarEntry file(int header, int pax) {
            if (object[header + 156] != '0') {
                throw broken(header, "an entry that is not a file");
            }
            int ends = header;
            while (ends < header + 100 && object[ends] != 0) {
                ends++;
            }
            String name = new String(object, header, ends - header, StandardCharsets.ISO_8859_1);
            return new TarEntry(pax, header, size(header), name);
        }

        private void check(int header) {
            if (end - header < BLOCK) {
                throw broken(header, "the segment ends inside a header");
            }
            if (octal(header + 148, 6) != TarWriter.checksum(object, header)) {
                throw broken(header, "no tar header, or one whose checksum is wrong");
            }
        }

        private int size(int header) {
            long size = octal(header + 124, 11);
            // Without padding first: near the largest int, rounding up would overflow.
            if (size < 0 || size > end - header - BLOCK || padded((int) size) > end - header - BLOCK) {
                throw broken(header, "an entry of " + size + " bytes goes past the segment's end at byte " + end);
            }
            return (int) size;
        }

        /** -1 where there is anything but octal digits. */
        private long octal(int at, int digits) {
            long number = 0;
            for (int i = at; i < at + digits; i++) {
                if (object[i] < '0' || object[i] > '7') {
                    return -1;
                }
                number = number * 8 + object[i] - '0';
            }
            return number;
        }

        private BrokenTarException broken(int at, String what) {
            return new BrokenTarException(at, base, what);
        }
    }
}
