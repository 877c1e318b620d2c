package dev.inferencestore.job.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.Router;
import dev.inferencestore.job.Databases;
import dev.inferencestore.job.Events;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The promise of the decoders: what they accept, PostgreSQL takes. */
class StorableTest {
    private static final List<String> ODD = List.of(
            "\\u0000",
            "\\ud83d\\ude00",
            "\\ud83d",
            "1e308",
            "-0.0",
            "1E+300",
            "9".repeat(99),
            "\\u007f",
            "\uFFFF",
            "\\uffff",
            "\uFEFF",
            "\\u0001",
            "{\"\":{}}",
            "[[]]",
            "\"\"",
            "null",
            "\u00e9",
            "0000-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "2026-03-01T23:59:60Z",
            "2026-02-29T00:00:00Z",
            "2199-12-31T23:59:59.999999999Z");

    private final Router router = new Router(new Formats(), 1 << 20);
    private final Registry registry = new Registry();
    private final RowBuilder builder = new RowBuilder();

    @Test
    void whateverIsAcceptedIsStored() throws Exception {
        registry.apply(Events.enabled("m", 1));
        DataSource database = Databases.fresh();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO floors (model_id) VALUES ('m')");
            RecordWriter writer = new RecordWriter(0);
            long accepted = 0;
            long stored = 0;
            Random random = new Random(20261122);
            for (int round = 0; round < 40; round++) {
                List<StoredBatch> batches = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    if (router.route(event(random), registry) instanceof Decision.Accept accept) {
                        accepted++;
                        for (Inference inference : accept.inferences()) {
                            String segment = UUID.randomUUID().toString();
                            batches.add(StoredBatch.of(
                                    List.of(),
                                    List.of(builder.row(
                                            inference,
                                            accept.generation(),
                                            inference.input() == null ? null : new RowBuilder.Place(segment, 512),
                                            null))));
                        }
                    }
                }
                FlushResult result = writer.flush(connection, batches);
                stored += result.inserted() + result.alreadyThere() + result.conflicting();
            }
            assertThat(stored).isEqualTo(accepted);
            assertThat(accepted).as("enough to mean something").isGreaterThan(5_000);
        }
    }

    private static RawEvent event(Random random) {
        String json = "{\"inference_id\":\"" + odd(random, "i" + random.nextInt(1_000_000)) + "\",\"created_at\":\""
                + odd(random, "2026-03-01T11:00:00Z") + "\",\"action\":\"" + odd(random, "detect")
                + "\",\"input\":{\"content_type\":\"" + odd(random, "image/png") + "\",\"data\":\"" + odd(random, "x")
                + "\"},\"output\":" + odd(random, "{\"s\":1.5}") + ",\"metadata\":{\"" + odd(random, "camera") + "\":"
                + odd(random, "1.5") + ",\"k\":\"" + odd(random, "v") + "\"}}";
        byte[] bytes = Events.utf8(json);
        if (random.nextInt(3) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        List<EventHeader> headers = new ArrayList<>(Events.headers("m"));
        if (random.nextInt(4) == 0) {
            headers.add(new EventHeader("ce_" + odd(random, "extra"), Events.utf8(odd(random, "x\0y"))));
            headers.removeIf(header -> header.name().equals("ce_source"));
            headers.add(new EventHeader("ce_source", Events.utf8("/s" + odd(random, "\0"))));
        }
        return new RawEvent(Events.TOPIC, 0, 1, Events.NOON, null, bytes, headers);
    }

    private static String odd(Random random, String usual) {
        return random.nextInt(12) == 0 ? ODD.get(random.nextInt(ODD.size())) : usual;
    }
}
