package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Sender;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.Router;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.progress.ProgressWriter;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import dev.inferencestore.storage.segment.TarWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Does what the job does, in one thread and without Flink: so that the trial itself can be tried. */
final class StandInStore {
    private final LocalRun store;
    private final ObjectStore objects;
    private final Registry registry = new Registry();
    private final Router router = new Router(new Formats(), 32L * 1024 * 1024);
    private final Fingerprint fingerprint = new Fingerprint();
    private final Map<String, Long> routed = new TreeMap<>();
    private final Map<String, Long> stored = new TreeMap<>();
    private final Map<TopicPartition, Long> next = new HashMap<>();

    StandInStore(LocalRun store, ObjectStore objects) {
        this.store = store;
        this.objects = objects;
    }

    void register(String model, boolean enabled) throws SQLException {
        registry.apply(new ControlRecord(model, 1, 1, "trial", "detection", null, List.of(), enabled, false, null));
        try (Connection connection = store.connect()) {
            for (String sql : List.of(
                    "INSERT INTO models (model_id, project_id, task_type, control_version) VALUES (?, 'p', 't', 1)",
                    "INSERT INTO floors (model_id) VALUES (?)")) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, model);
                    statement.executeUpdate();
                }
            }
        }
    }

    /** Takes in what is new on the topic, to its end. */
    void catchUp() throws SQLException {
        Map<String, List<Inference>> byModel = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, store.kafka()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
                Sender deadLetters = new Sender(store)) {
            List<TopicPartition> partitions = consumer.partitionsFor(Wire.TOPIC).stream()
                    .map(found -> new TopicPartition(found.topic(), found.partition()))
                    .toList();
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, next.getOrDefault(partition, 0L)));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    route(event(record), byModel, deadLetters);
                }
            }
            partitions.forEach(partition -> next.put(partition, consumer.position(partition)));
            deadLetters.flush();
        }
        try (Connection connection = store.connect()) {
            for (List<Inference> inferences : byModel.values()) {
                store(connection, inferences);
            }
            connection.setAutoCommit(true);
            ProgressWriter.beat(connection, new Beat("job", Beat.ROUTE, 0, 1, 1, 1, routed));
            ProgressWriter.beat(connection, new Beat("job", Beat.STORE, 0, 1, 1, 1, stored));
        }
    }

    private void route(RawEvent event, Map<String, List<Inference>> byModel, Sender deadLetters) {
        Decision decision = router.route(event, registry);
        if (decision instanceof Decision.Accept accept) {
            count(routed, "accepted", 1);
            count(routed, "inferences", accept.inferences().size());
            byModel.computeIfAbsent(accept.modelId(), any -> new ArrayList<>()).addAll(accept.inferences());
        } else if (decision instanceof Decision.TurnAway turnAway) {
            count(routed, "turned_away." + turnAway.reason().code(), 1);
        } else if (decision instanceof Decision.DeadLetter letter) {
            count(routed, "dead_lettered." + letter.failure().code(), 1);
            List<EventHeader> headers = List.of(
                    header("dl_topic", event.topic()),
                    header("dl_partition", String.valueOf(event.partition())),
                    header("dl_offset", String.valueOf(event.offset())),
                    header("dl_reason", letter.failure().code()));
            deadLetters.send(new RawEvent(DeadLetters.TOPIC, 0, 0, -1, event.key(), event.value(), headers));
        }
    }

    private void store(Connection connection, List<Inference> inferences) throws SQLException {
        Open inputs = new Open(SegmentKind.INPUT);
        Open outputs = new Open(SegmentKind.OUTPUT);
        List<InferenceRow> rows = new ArrayList<>();
        for (Inference inference : inferences) {
            boolean large = inference.output() != null && inference.output().bytes().length > Limits.OUTPUT_IN_ROW;
            Long inputAt = inference.input() == null
                    ? null
                    : inputs.add(inference, inference.input().bytes());
            Long outputAt = large ? outputs.add(inference, inference.output().bytes()) : null;
            rows.add(row(inference, inputAt == null ? null : inputs.id, inputAt, large ? outputs.id : null, outputAt));
        }
        List<Segment> segments = new ArrayList<>();
        inputs.upload(segments);
        outputs.upload(segments);
        FlushResult result = new RecordWriter(0).flush(connection, List.of(StoredBatch.of(segments, rows)));
        count(stored, "inserted", result.inserted());
        count(stored, "already_there", result.alreadyThere());
        objects.delete(result.unreferenced());
    }

    private InferenceRow row(Inference inference, String input, Long inputAt, String output, Long outputAt) {
        byte[] sha256 = inference.input() == null
                ? null
                : fingerprint.of(inference.input().bytes());
        byte[] said = inference.output() == null ? null : inference.output().bytes();
        return new InferenceRow(
                inference.modelId(),
                1,
                inference.inferenceId(),
                inference.createdAt(),
                inference.part(),
                inference.action(),
                output == null ? said : null,
                said == null ? null : inference.output().contentType(),
                said == null ? 0 : said.length,
                output,
                outputAt,
                inference.metadata(),
                inference.input() == null ? null : inference.input().contentType(),
                inference.input() == null ? null : (long) inference.input().bytes().length,
                sha256,
                input,
                inputAt,
                null,
                inference.source(),
                null,
                fingerprint.of(inference, sha256));
    }

    private static RawEvent event(ConsumerRecord<byte[], byte[]> record) {
        List<EventHeader> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new EventHeader(header.key(), header.value())));
        return new RawEvent(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    private static EventHeader header(String name, String value) {
        return new EventHeader(name, Wire.utf8(value));
    }

    private static void count(Map<String, Long> totals, String name, long more) {
        totals.merge(name, more, Long::sum);
    }

    /** A segment that is being filled. */
    private final class Open {
        private final String id = UUID.randomUUID().toString();
        private final SegmentKind kind;
        private final TarWriter tar = new TarWriter();
        private String model = "";
        private long oldest = Long.MAX_VALUE;
        private long newest = Long.MIN_VALUE;

        Open(SegmentKind kind) {
            this.kind = kind;
        }

        long add(Inference inference, byte[] bytes) {
            model = inference.modelId();
            oldest = Math.min(oldest, inference.createdAt());
            newest = Math.max(newest, inference.createdAt());
            return tar.append("entry-" + tar.entries() + ".bin", inference.createdAt(), bytes);
        }

        void upload(List<Segment> segments) {
            if (tar.entries() > 0) {
                String key = "inputs/" + model + "/" + id + ".tar";
                objects.put(key, tar);
                segments.add(new Segment(id, model, kind, key, 0, tar.length(), oldest, newest, tar.entries()));
            }
        }
    }
}
