package dev.inferencestore.benchmark.retention;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.segment.EntryNames;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import dev.inferencestore.storage.segment.TarWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes what the job would have stored of one model: uploads inputs, many of an hour in one object, and gives their rows. */
final class ModelSeed {
    private static final String INPUT_TYPE = "application/octet-stream";
    private static final String OUTPUT_TYPE = "application/json";
    private static final String METADATA = "{\"camera\": \"dock-3\"}";
    private static final String SOURCE = "/seed";

    private final ObjectStore objects;
    private final String prefix;
    private final String model;
    private final SplittableRandom random;
    private final Fingerprint fingerprint = new Fingerprint();
    private int ids;

    ModelSeed(ObjectStore objects, String prefix, String model, SplittableRandom random) {
        this.objects = objects;
        this.prefix = prefix;
        this.model = model;
        this.random = random;
    }

    /** Uploads inputs of one hour as one object. */
    StoredBatch withInputs(List<Long> times, int inputBytes) {
        UUID segment = UUID.randomUUID();
        TarWriter tar = new TarWriter();
        EntryNames names = new EntryNames();
        List<InferenceRow> rows = new ArrayList<>(times.size());
        for (long time : times) {
            byte[] input = new byte[inputBytes];
            random.nextBytes(input);
            String id = nextId();
            long offset = tar.append(names.next(id, INPUT_TYPE), time, input);
            rows.add(row(id, time, input, segment.toString(), offset));
        }
        String key = ObjectKeys.key(prefix, model, ObjectKeys.hour(times.get(0)), segment);
        objects.put(key, tar);
        Segment stored = new Segment(
                segment.toString(),
                model,
                SegmentKind.INPUT,
                key,
                0,
                tar.length(),
                times.stream().mapToLong(Long::longValue).min().orElseThrow(),
                times.stream().mapToLong(Long::longValue).max().orElseThrow(),
                rows.size());
        return StoredBatch.of(List.of(stored), rows);
    }

    StoredBatch withoutInputs(List<Long> times) {
        return StoredBatch.of(
                List.of(),
                times.stream()
                        .map(time -> row(nextId(), time, null, null, null))
                        .toList());
    }

    private String nextId() {
        return "seed-" + ids++;
    }

    private InferenceRow row(
            String id, long time, byte @Nullable [] input, @Nullable String segment, @Nullable Long offset) {
        byte[] output = "{\"label\": \"pallet\", \"score\": 0.%04d}"
                .formatted(random.nextInt(10_000))
                .getBytes(StandardCharsets.UTF_8);
        byte[] sha256 = input == null ? null : fingerprint.of(input);
        Inference inference = new Inference(
                model,
                id,
                time,
                Part.BOTH,
                "detect",
                input == null ? null : new Payload(INPUT_TYPE, input),
                new Payload(OUTPUT_TYPE, output),
                METADATA,
                200,
                SOURCE,
                7_000L);
        return new InferenceRow(
                model,
                1,
                id,
                time,
                Part.BOTH,
                "detect",
                output,
                OUTPUT_TYPE,
                output.length,
                null,
                null,
                METADATA,
                input == null ? null : INPUT_TYPE,
                input == null ? null : (long) input.length,
                sha256,
                segment,
                offset,
                200,
                SOURCE,
                7_000L,
                fingerprint.of(inference, sha256));
    }
}
