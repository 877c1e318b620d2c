package dev.inferencestore.job.deadletter;

import static dev.inferencestore.job.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.job.Events;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLetterSerializerTest {
    private final DeadLetterSerializer serializer = new DeadLetterSerializer("dead", 200_000);

    @Test
    void aDeadLetterIsTheEventAsItCameAndWhy() {
        RawEvent event = new RawEvent("t", 3, 42, 0, utf8("key"), utf8("{"), Events.headers("m"));

        ProducerRecord<byte[], byte[]> record = write(event);

        assertThat(record.topic()).isEqualTo("dead");
        assertThat(record.key()).isEqualTo(utf8("key"));
        assertThat(record.value()).isEqualTo(utf8("{"));
        assertThat(header(record, "ce_modelid")).isEqualTo("m");
        assertThat(header(record, "dl_reason")).isEqualTo("json_invalid");
        assertThat(header(record, "dl_detail")).isEqualTo("cut");
        assertThat(header(record, "dl_topic") + header(record, "dl_partition") + header(record, "dl_offset"))
                .isEqualTo("t342");
        assertThat(record.headers().lastHeader("dl_cut")).isNull();
    }

    @Test
    void oneThatDoesNotFitGoesCutShort() {
        RawEvent event = new RawEvent("t", 3, 42, 0, new byte[100_000], new byte[100_000], Events.headers("m"));

        ProducerRecord<byte[], byte[]> record = write(event);

        assertThat(record.key()).isNull();
        assertThat(record.value()).hasSize(64 * 1024);
        assertThat(header(record, "dl_cut")).isEqualTo(String.valueOf(event.size()));
        assertThat(header(record, "dl_offset")).isEqualTo("42");
        assertThat(record.headers().lastHeader("ce_modelid")).isNull();
    }

    private ProducerRecord<byte[], byte[]> write(RawEvent event) {
        return serializer.serialize(new DeadLetter(event, "json_invalid", "cut"), null, null);
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
