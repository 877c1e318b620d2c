package dev.inferencestore.storage.segment;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes entries of a segment unreadable without moving any other: names and bytes are overwritten where they stand, sizes
 * stay. So every kept entry is read at the range that its row has, the object is still a plain tar, and other segments
 * in it are not touched. What can still be seen of a scrubbed entry is how large it was, and how long a name of over 100
 * bytes was. Scrubbing twice is the same as once.
 */
public final class TarScrub {
    /** What no inference's entry can be called: {@code ~} is escaped in names. */
    private static final String MARK = "~scrubbed-";

    private TarScrub() {}

    /**
     * Overwrites every entry of one segment but those to keep, in the array that is given.
     *
     * @param object a whole object
     * @param base where the segment begins in it
     * @param length bytes of the segment
     * @param keep where the data of the entries to keep begin, from the segment's start, as {@link TarWriter#append} said
     * @throws BrokenTarException when the segment is not such a tar or an entry to keep is not in it; the array is as it was
     */
    public static Scrubbed scrub(byte[] object, long base, long length, Set<Long> keep) {
        List<TarEntry> entries = TarEntry.all(object, base, length);
        checkAllThere(entries, base, keep);
        int kept = 0;
        int lost = 0;
        int scrubbed = 0;
        long bytes = 0;
        for (TarEntry entry : entries) {
            boolean before = entry.name().startsWith(MARK);
            boolean keeping = keep.contains(entry.data() - base);
            if (keeping && before) {
                lost++;
            } else if (keeping) {
                kept++;
            } else if (!before) {
                overwrite(object, entry);
                scrubbed++;
                bytes += entry.size();
            }
        }
        return new Scrubbed(kept, lost, scrubbed, bytes);
    }

    private static void checkAllThere(List<TarEntry> entries, long base, Set<Long> keep) {
        TreeSet<Long> absent = new TreeSet<>(keep);
        entries.forEach(entry -> absent.remove(entry.data() - base));
        if (!absent.isEmpty()) {
            throw new BrokenTarException(
                    base + absent.first(), base, "no entry's data begins here, yet it is to be kept");
        }
    }

    private static void overwrite(byte[] object, TarEntry entry) {
        // Where it stands tells it from all others of the object, whichever segment they are in and whenever they are
        // scrubbed.
        String name = MARK + entry.header() / TarWriter.BLOCK + ".bin";
        if (entry.paxSize() > 0) {
            int pax = entry.pax();
            put(object, pax - TarWriter.BLOCK, TarWriter.header("PaxHeaders/" + name, entry.paxSize(), 0, 'x'));
            Arrays.fill(object, pax, entry.header(), (byte) 0);
            put(object, pax, Pax.path(name, entry.paxSize()));
        }
        put(object, entry.header(), TarWriter.header(name, entry.size(), 0, '0'));
        Arrays.fill(object, entry.data(), entry.end(), (byte) 0);
    }

    private static void put(byte[] object, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, object, at, bytes.length);
    }

    /**
     * What was done.
     *
     * @param kept entries that were to be kept and are whole
     * @param lost entries that were to be kept and had been scrubbed before: their rows should be gone
     * @param scrubbed entries scrubbed now; when 0, nothing was changed and there is nothing to store
     * @param bytes of data in those
     */
    public record Scrubbed(int kept, int lost, int scrubbed, long bytes) {}
}
