package dev.inferencestore.api.inference;

import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.event.Sha256;
import dev.inferencestore.domain.segment.EntryNames;
import dev.inferencestore.storage.inference.Located;
import dev.inferencestore.storage.inference.StoredHalf;
import dev.inferencestore.storage.inference.StoredInference;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** A tar that goes out as it is made. Neighbours in an object are read in one go. */
final class TarDownload {
    private static final long LONGEST_RUN = 8 * 1024 * 1024;
    private static final long LARGEST_GAP = 64 * 1024;
    private static final Comparator<Wanted> BY_PLACE =
            Comparator.comparing((Wanted wanted) -> wanted.at.key()).thenComparing(wanted -> wanted.at.from());

    private final ObjectStore objects;
    private final Function<StoredInference, @Nullable StoredInference> now;
    private final TarArchiveOutputStream tar;

    /**
     * Begins.
     *
     * @param now the inference as it is stored by now; null where it is gone
     */
    TarDownload(ObjectStore objects, Function<StoredInference, @Nullable StoredInference> now, OutputStream out) {
        this.objects = objects;
        this.now = now;
        tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** An input of which the tar has an entry, or would have. */
    record Entry(StoredInference inference, String name, boolean there) {}

    private record Wanted(StoredInference inference, String name, Located at) {}

    /** Adds a file. */
    void add(String name, Instant time, byte[] bytes) throws IOException {
        open(name, time, bytes.length);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /** Adds the inputs of these that can be read, in a folder; what was removed meanwhile is not there. */
    List<Entry> addInputs(String folder, List<StoredInference> inferences) throws IOException {
        EntryNames names = new EntryNames();
        List<Wanted> wanted = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (StoredInference inference : inferences) {
            StoredHalf half = inference.input();
            if (half.inputState().isReadable() && half.inputAt() != null) {
                String name = folder + names.next(half.place().inferenceId(), half.inputContentType());
                wanted.add(new Wanted(inference, name, half.inputAt()));
            }
        }
        wanted.sort(BY_PLACE);
        for (int first = 0; first < wanted.size(); ) {
            int end = runFrom(wanted, first);
            entries.addAll(addRun(wanted.subList(first, end)));
            first = end;
        }
        return entries;
    }

    /** Adds an output that is in an object; false where it is not stored any more. */
    boolean addOutput(String name, StoredInference inference) throws IOException {
        StoredHalf half = inference.answer();
        Located at = Objects.requireNonNull(half.outputAt());
        InputStream in;
        try {
            in = objects.open(at.key(), at.from(), at.size());
        } catch (ObjectStoreException failed) {
            StoredInference then = now.apply(inference);
            if (then == null || then.answer().outputAt() == null) {
                return false;
            }
            throw failed;
        }
        try (in) {
            open(name, EventTime.instant(half.place().createdAt()), at.size());
            in.transferTo(tar);
            tar.closeArchiveEntry();
        }
        return true;
    }

    /** Ends the tar, without which nobody takes it for whole. */
    void close() throws IOException {
        tar.close();
    }

    private static int runFrom(List<Wanted> wanted, int first) {
        Located begin = wanted.get(first).at;
        long end = begin.from() + begin.size();
        int next = first + 1;
        while (next < wanted.size()) {
            Located at = wanted.get(next).at;
            if (!at.key().equals(begin.key())
                    || at.from() - end > LARGEST_GAP
                    || at.from() + at.size() - begin.from() > LONGEST_RUN) {
                break;
            }
            end = Math.max(end, at.from() + at.size());
            next++;
        }
        return next;
    }

    private List<Entry> addRun(List<Wanted> run) throws IOException {
        Located first = run.get(0).at;
        Located last = run.get(run.size() - 1).at;
        long length = last.from() + last.size() - first.from();
        if (length > LONGEST_RUN) {
            return List.of(addLarge(run.get(0)));
        }
        byte[] bytes;
        try {
            bytes = objects.read(first.key(), first.from(), (int) length);
        } catch (ObjectStoreException failed) {
            if (run.size() > 1) {
                // Some may be gone and others not: one by one says which.
                List<Entry> entries = new ArrayList<>();
                for (Wanted wanted : run) {
                    entries.addAll(addRun(List.of(wanted)));
                }
                return entries;
            }
            checkGone(run.get(0), failed);
            return List.of(new Entry(run.get(0).inference, run.get(0).name, false));
        }
        List<Entry> entries = new ArrayList<>();
        for (Wanted wanted : run) {
            int from = (int) (wanted.at.from() - first.from());
            byte[] input = Arrays.copyOfRange(bytes, from, from + (int) wanted.at.size());
            boolean right = HexFormat.of()
                    .formatHex(Sha256.digest().digest(input))
                    .equals(wanted.inference.input().inputSha256());
            if (right) {
                add(wanted.name, time(wanted), input);
            } else {
                checkGone(wanted, new ChangedBytes(wanted.at.key()));
            }
            entries.add(new Entry(wanted.inference, wanted.name, right));
        }
        return entries;
    }

    private Entry addLarge(Wanted wanted) throws IOException {
        InputStream in;
        try {
            in = objects.open(wanted.at.key(), wanted.at.from(), wanted.at.size());
        } catch (ObjectStoreException failed) {
            checkGone(wanted, failed);
            return new Entry(wanted.inference, wanted.name, false);
        }
        MessageDigest digest = Sha256.digest();
        try (in) {
            open(wanted.name, time(wanted), wanted.at.size());
            new DigestInputStream(in, digest).transferTo(tar);
        }
        if (!HexFormat.of()
                .formatHex(digest.digest())
                .equals(wanted.inference.input().inputSha256())) {
            // Its bytes are out already; without their end nobody takes them for the input.
            throw new ChangedBytes(wanted.at.key());
        }
        tar.closeArchiveEntry();
        return new Entry(wanted.inference, wanted.name, true);
    }

    /** What was removed meanwhile is left out and said to be; what should be there and cannot be read ends the download. */
    private void checkGone(Wanted wanted, RuntimeException failed) {
        StoredInference then = now.apply(wanted.inference);
        if (then != null && then.input().inputState().isReadable()) {
            throw failed;
        }
    }

    private void open(String name, Instant time, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setLastModifiedTime(FileTime.from(time));
        tar.putArchiveEntry(entry);
    }

    private static Instant time(Wanted wanted) {
        return EventTime.instant(wanted.inference.input().place().createdAt());
    }
}
