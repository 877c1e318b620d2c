package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.segment.EntryNames;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import dev.inferencestore.storage.segment.TarWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Stores inferences of any kind as the job does: an hour's inputs in one segment, its large outputs in another. */
public final class Writer {
    private final RetentionStore store;
    private final Fingerprint fingerprint = new Fingerprint();

    public Writer(RetentionStore store) {
        this.store = store;
    }

    public FlushResult store(String model, Event... events) throws SQLException {
        return store(model, 0, events);
    }

    public FlushResult store(String model, int slot, Event... events) throws SQLException {
        try (Connection connection = store.database.getConnection()) {
            FlushResult result = new RecordWriter(slot).flush(connection, upload(model, events));
            store.objects.delete(result.unreferenced());
            return result;
        }
    }

    /** Uploads what is to be in objects; returns what would make it rows. */
    public List<StoredBatch> upload(String model, Event... events) {
        Map<Long, List<Event>> hours = new TreeMap<>();
        for (Event event : events) {
            hours.computeIfAbsent(ObjectKeys.hour(RetentionStore.micros(event.time())), any -> new ArrayList<>())
                    .add(event);
        }
        return hours.entrySet().stream()
                .map(hour -> batch(model, hour.getKey(), hour.getValue()))
                .toList();
    }

    /** Puts the segments of several batches into one object, one after another, as merging does. */
    public void merge(String model) {
        store.jdbi.useHandle(handle -> {
            List<String> keys = handle.createQuery("SELECT object_key FROM segments WHERE model_id = '" + model
                            + "' ORDER BY min_created_at, segment_id")
                    .mapTo(String.class)
                    .list();
            TarWriter merged = new TarWriter();
            String key = ObjectKeys.key("inputs", model, 1, UUID.randomUUID());
            for (String each : keys) {
                byte[] bytes = store.objects.readAll(each).orElseThrow().bytes();
                // An entry around each segment: what is in it stands at a known place, and the object is a tar.
                handle.createUpdate("UPDATE segments SET object_key = ?, base_offset = ? WHERE object_key = ?")
                        .bind(0, key)
                        .bind(1, merged.append("part", 0, Arrays.copyOf(bytes, bytes.length)))
                        .bind(2, each)
                        .execute();
            }
            store.objects.put(key, merged);
            store.objects.delete(keys);
        });
    }

    private StoredBatch batch(String model, long hour, List<Event> events) {
        Open inputs = new Open();
        Open outputs = new Open();
        List<InferenceRow> rows = new ArrayList<>();
        for (Event event : events) {
            long at = RetentionStore.micros(event.time());
            Long input = event.input() == null ? null : inputs.append(event, at, event.input());
            Long output = event.outputInSegment() ? outputs.append(event, at, event.output()) : null;
            rows.add(row(model, event, at, inputs.id, input, outputs.id, output));
        }
        List<Segment> segments = new ArrayList<>();
        inputs.putInto(segments, model, SegmentKind.INPUT, hour);
        outputs.putInto(segments, model, SegmentKind.OUTPUT, hour);
        return StoredBatch.of(segments, rows);
    }

    /** A segment that is being written. */
    private final class Open {
        private final String id = UUID.randomUUID().toString();
        private final TarWriter tar = new TarWriter();
        private final EntryNames names = new EntryNames();
        private long oldest = Long.MAX_VALUE;
        private long newest = Long.MIN_VALUE;

        private long append(Event event, long at, String text) {
            oldest = Math.min(oldest, at);
            newest = Math.max(newest, at);
            return tar.append(names.next(event.id(), "text/plain"), at, text.getBytes(StandardCharsets.UTF_8));
        }

        private void putInto(List<Segment> segments, String model, SegmentKind kind, long hour) {
            if (tar.entries() > 0) {
                String key = ObjectKeys.key("inputs", model, hour, UUID.fromString(id));
                store.objects.put(key, tar);
                segments.add(new Segment(id, model, kind, key, 0, tar.length(), oldest, newest, tar.entries()));
            }
        }
    }

    private InferenceRow row(
            String model, Event event, long at, String inputs, Long input, String outputs, Long output) {
        byte[] in = event.input() == null ? null : event.input().getBytes(StandardCharsets.UTF_8);
        byte[] out = event.output().getBytes(StandardCharsets.UTF_8);
        byte[] sha = in == null ? null : fingerprint.of(in);
        Inference inference = new Inference(
                model,
                event.id(),
                at,
                event.part(),
                event.action(),
                in == null ? null : new Payload("text/plain", in),
                new Payload("application/json", out),
                event.metadata(),
                200,
                "/s",
                7L);
        return new InferenceRow(
                model,
                event.generation(),
                event.id(),
                at,
                event.part(),
                event.action(),
                output == null ? out : null,
                "application/json",
                out.length,
                output == null ? null : outputs,
                output,
                event.metadata(),
                in == null ? null : "text/plain",
                in == null ? null : (long) in.length,
                sha,
                input == null ? null : inputs,
                input,
                200,
                "/s",
                7L,
                fingerprint.of(inference, sha));
    }
}
