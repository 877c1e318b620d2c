package dev.inferencestore.benchmark.exactness;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;

/** An object as it was read, with where the entries of its tar are. */
final class StoredObject {
    private final byte[] bytes;
    private final Map<Long, Long> sizeByOffset = new HashMap<>();

    /**
     * Reads the tar.
     *
     * @throws IOException when it is none
     */
    StoredObject(byte[] bytes) throws IOException {
        this.bytes = bytes;
        try (TarFile tar = new TarFile(bytes)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                sizeByOffset.put(entry.getDataOffset(), entry.getSize());
            }
        }
    }

    int entries() {
        return sizeByOffset.size();
    }

    /** The bytes of an entry; null where the tar has no entry just there of that size. */
    byte @Nullable [] entry(long at, long size) {
        Long found = sizeByOffset.get(at);
        if (found == null || found != size || at + size > bytes.length) {
            return null;
        }
        return Arrays.copyOfRange(bytes, (int) at, (int) (at + size));
    }
}
