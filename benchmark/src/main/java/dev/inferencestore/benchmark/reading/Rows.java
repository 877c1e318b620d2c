package dev.inferencestore.benchmark.reading;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.StoredBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Records without inputs, with metadata of which one value is common, one in a hundred and one rare. */
final class Rows {
    /** Records in which a camera is the same. */
    static final int CAMERAS = 100;

    private final String model;
    private final int subjects;
    private final SplittableRandom random;
    private final Fingerprint fingerprint = new Fingerprint();

    /** Of each subject there are records / subjects. */
    Rows(String model, int subjects, long seed) {
        this.model = model;
        this.subjects = subjects;
        random = new SplittableRandom(seed);
    }

    /** Records with ids of a prefix and numbers from one on, at times between two, in microseconds. */
    StoredBatch batch(String prefix, long first, int rows, long from, long to) {
        List<InferenceRow> batch = new ArrayList<>(rows);
        for (int i = 0; i < rows; i++) {
            long number = first + i;
            batch.add(row(prefix + number, from + random.nextLong(to - from), number));
        }
        return StoredBatch.of(List.of(), batch);
    }

    private InferenceRow row(String id, long time, long number) {
        byte[] output = "{\"label\": \"pallet\", \"score\": 0.%04d}"
                .formatted(random.nextInt(10_000))
                .getBytes(StandardCharsets.UTF_8);
        String metadata = "{\"camera\": \"camera-%d\", \"subject\": \"subject-%d\", \"score\": 0.%04d}"
                .formatted(number % CAMERAS, number % subjects, random.nextInt(10_000));
        Inference inference = new Inference(
                model,
                id,
                time,
                Part.BOTH,
                "detect",
                null,
                new Payload("application/json", output),
                metadata,
                200,
                "/seed",
                7L);
        return new InferenceRow(
                model,
                1,
                id,
                time,
                Part.BOTH,
                "detect",
                output,
                "application/json",
                output.length,
                null,
                null,
                metadata,
                null,
                null,
                null,
                null,
                null,
                200,
                "/seed",
                7L,
                fingerprint.of(inference, null));
    }
}
