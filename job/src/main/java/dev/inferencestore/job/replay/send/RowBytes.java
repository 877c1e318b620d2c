package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.event.Sha256;
import dev.inferencestore.storage.inference.Located;
import dev.inferencestore.storage.inference.Place;
import dev.inferencestore.storage.inference.StoredHalf;
import dev.inferencestore.storage.inference.StoredRows;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of rows. What is removed between the look at a row and the look at its bytes is not sent. */
final class RowBytes {
    private final StoredRows rows;
    private final ObjectStore objects;
    private final ReadAhead ahead;
    private final String modelId;

    RowBytes(StoredRows rows, ObjectStore objects, ReadAhead ahead, String modelId) {
        this.rows = rows;
        this.objects = objects;
        this.ahead = ahead;
        this.modelId = modelId;
    }

    /**
     * A row as it is now, and its bytes.
     *
     * @param row null where it is gone
     */
    record Found(@Nullable StoredHalf row, Encoder.Bytes bytes) {
        private static final Found GONE = new Found(null, new Encoder.Bytes(null, null));
    }

    /**
     * Reads them.
     *
     * @throws IOException where that may succeed later
     * @throws SuppressRestartsException where bytes are missing that should be there
     */
    Found read(StoredHalf row) throws IOException, InterruptedException {
        try {
            return new Found(row, bytes(row));
        } catch (ObjectStoreException | Changed failed) {
            if (failed instanceof ObjectStoreException store && store.passing()) {
                throw new IOException(failed);
            }
            StoredHalf now = again(row.place());
            if (now == null) {
                return Found.GONE;
            }
            if (now.inputState().isReadable()) {
                throw new SuppressRestartsException(failed);
            }
            return new Found(now, bytes(now));
        }
    }

    private Encoder.Bytes bytes(StoredHalf row) throws InterruptedException {
        Located inputAt = inputAt(row);
        byte[] input = inputAt == null ? null : read(inputAt);
        if (input != null
                && row.inputSha256() != null
                && !HexFormat.of().formatHex(Sha256.of(input)).equals(row.inputSha256())) {
            throw new Changed(row.place());
        }
        Located outputAt = outputAt(row);
        byte[] output = outputAt == null ? row.output() : read(outputAt);
        return new Encoder.Bytes(input, output);
    }

    /** What of objects a row takes. */
    static List<Located> places(StoredHalf row) {
        return Stream.of(inputAt(row), outputAt(row)).filter(Objects::nonNull).toList();
    }

    private static @Nullable Located inputAt(StoredHalf row) {
        return row.inputState().isReadable() ? row.inputAt() : null;
    }

    private static @Nullable Located outputAt(StoredHalf row) {
        return row.output() == null ? row.outputAt() : null;
    }

    private byte[] read(Located at) throws InterruptedException {
        byte[] known = ahead.find(at);
        return known != null ? known : objects.read(at.key(), at.from(), (int) at.size());
    }

    private @Nullable StoredHalf again(Place place) {
        return rows.page(modelId, place.createdAt(), place.createdAt() + 1, null, 1000).rows().stream()
                .filter(row -> row.place().equals(place))
                .findFirst()
                .orElse(null);
    }

    /** Bytes are not those that were stored: overwritten, as an erase does. */
    private static final class Changed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Changed(Place place) {
            super("the bytes of the input of inference '" + place.inferenceId() + "' are not those of their sha256");
        }
    }
}
