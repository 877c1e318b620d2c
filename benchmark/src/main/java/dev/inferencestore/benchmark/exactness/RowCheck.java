package dev.inferencestore.benchmark.exactness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.benchmark.exactness.Findings.Kind;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares rows, and the bytes that they point to, with what the load sent, which is made again from the seed. Each
 * object of inputs is read once. For several threads.
 */
final class RowCheck {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final Traffic traffic;
    private final ObjectStore objects;
    private final Map<String, Long> sizes;
    private final Map<String, Long> entries;
    private final Findings findings;
    private final Set<String> read = ConcurrentHashMap.newKeySet();
    private final AtomicLong inputs = new AtomicLong();
    private final AtomicLong inputBytes = new AtomicLong();
    private final AtomicLong largeOutputs = new AtomicLong();

    /**
     * Makes a check.
     *
     * @param sizes of the objects that are there
     * @param entries how many entries the tar in each object must have
     */
    RowCheck(
            Traffic traffic,
            ObjectStore objects,
            Map<String, Long> sizes,
            Map<String, Long> entries,
            Findings findings) {
        this.traffic = traffic;
        this.objects = objects;
        this.sizes = sizes;
        this.entries = entries;
        this.findings = findings;
    }

    /** Checks rows whose inputs are in one object, or that have none. */
    void check(List<StoredRow> rows) {
        StoredRow.Place first = rows.get(0).input();
        StoredObject object = first == null ? null : open(first.key());
        for (StoredRow row : rows) {
            int index = traffic.index(row.inferenceId(), row.part());
            Slot slot = index < 0 ? null : traffic.slot(index);
            if (slot == null
                    || !slot.isStored()
                    || slot.part() != row.part()
                    || !slot.model().equals(row.modelId())
                    || slot.createdAt() != row.createdAt()) {
                findings.add(Kind.UNKNOWN_ROW, row.name());
                continue;
            }
            Inference sent = traffic.inference(slot);
            fields(row, sent);
            input(row, sent.input(), object);
            output(row, sent.output());
        }
    }

    long inputs() {
        return inputs.get();
    }

    long inputBytes() {
        return inputBytes.get();
    }

    long largeOutputs() {
        return largeOutputs.get();
    }

    /** Keys of the objects that were read. */
    Set<String> read() {
        return read;
    }

    private void fields(StoredRow row, Inference sent) {
        field(row, "action", sent.action(), row.action());
        field(row, "source", sent.source(), row.source());
        field(row, "metadata", tree(sent.metadata()), tree(row.metadata()));
        field(row, "input_content_type", contentType(sent.input()), row.inputContentType());
        field(row, "output_content_type", contentType(sent.output()), row.outputContentType());
    }

    private void field(StoredRow row, String name, @Nullable Object sent, @Nullable Object stored) {
        if (!Objects.equals(sent, stored)) {
            findings.add(Kind.FIELD, row.name() + ": " + name + " is " + stored + ", not " + sent);
        }
    }

    private void input(StoredRow row, @Nullable Payload sent, @Nullable StoredObject object) {
        StoredRow.Place place = row.input();
        if (sent == null && place == null) {
            return;
        }
        byte[] stored = place == null || object == null ? null : object.entry(place.at(), row.inputSize());
        if (sent == null || stored == null) {
            findings.add(Kind.INPUT, row.name() + ": " + (sent == null ? "has one" : "no entry at " + place));
        } else if (!Arrays.equals(Digests.of(stored), row.inputSha256())) {
            findings.add(Kind.INPUT, row.name() + ": its sha256 is another");
        } else if (!Arrays.equals(stored, sent.bytes())) {
            findings.add(Kind.INPUT, row.name() + ": its bytes are others");
        } else {
            inputs.incrementAndGet();
            inputBytes.addAndGet(stored.length);
        }
    }

    private void output(StoredRow row, @Nullable Payload sent) {
        StoredRow.Place place = row.largeOutput();
        byte[] stored = row.output();
        if (place != null) {
            largeOutputs.incrementAndGet();
            StoredObject object = open(place.key());
            stored = object == null ? null : object.entry(place.at(), row.outputSize());
        }
        byte[] bytes = sent == null ? null : sent.bytes();
        if (!Arrays.equals(bytes, stored) || row.outputSize() != (bytes == null ? 0 : bytes.length)) {
            findings.add(Kind.OUTPUT, row.name() + ": of " + row.outputSize() + " bytes at " + place);
        }
    }

    private @Nullable StoredObject open(String key) {
        Long size = sizes.get(key);
        boolean first = read.add(key);
        try {
            if (size == null || size > Integer.MAX_VALUE) {
                throw new IOException("there is no such object of less than 2 GiB");
            }
            StoredObject object = new StoredObject(objects.read(key, 0, size.intValue()));
            if (first && object.entries() != entries.getOrDefault(key, -1L)) {
                findings.add(Kind.OBJECT, key + " has " + object.entries() + " entries, not " + entries.get(key));
            }
            return object;
        } catch (IOException | ObjectStoreException unreadable) {
            findings.add(Kind.OBJECT, key + ": " + unreadable.getMessage());
            return null;
        }
    }

    private static @Nullable String contentType(@Nullable Payload payload) {
        return payload == null ? null : payload.contentType();
    }

    /** As jsonb sees it: spaces and the order of keys do not count. */
    private static @Nullable JsonNode tree(@Nullable String json) {
        try {
            return json == null ? null : JSON.readTree(json);
        } catch (JsonProcessingException notJson) {
            throw new IllegalStateException("PostgreSQL gave metadata that is no JSON: " + json, notJson);
        }
    }
}
