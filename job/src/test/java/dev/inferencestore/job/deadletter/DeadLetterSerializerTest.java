package dev.inferencestore.job.deadletter;

import static dev.inferencestore.job.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.job.Events;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class DeadLetterSerializerTest {
    private final DeadLetterSerializer serializer = new DeadLetterSerializer("dead", 200_000);

    @Test
    void aDeadLetterIsTheEventAsItCameAndWhy() {
        RawEvent event = new RawEvent("t", 3, 42, Events.NOON, utf8("key"), utf8("{"), Events.headers("m"));

        ProducerRecord<byte[], byte[]> record = write(event);

        assertThat(record.topic()).isEqualTo("dead");
        assertThat(record.key()).isEqualTo(utf8("key"));
        assertThat(record.value()).isEqualTo(utf8("{"));
        assertThat(header(record, "ce_modelid")).isEqualTo("m");
        assertThat(header(record, "dl_reason")).isEqualTo("json_invalid");
        assertThat(header(record, "dl_detail")).isEqualTo("cut");
        assertThat(header(record, "dl_topic") + header(record, "dl_partition") + header(record, "dl_offset"))
                .isEqualTo("t342");
        assertThat(header(record, "dl_timestamp")).isEqualTo(String.valueOf(Events.NOON));
        assertThat(header(record, "dl_model")).isEqualTo("m");
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

    @Test
    void whatIsNotKnownIsNotSaid() {
        RawEvent event = new RawEvent("t", 3, 42, -1, null, null, List.of());

        ProducerRecord<byte[], byte[]> record =
                serializer.serialize(new DeadLetter(event, "model_missing", "none", null, false), null, null);

        assertThat(names(record)).containsExactly("dl_reason", "dl_detail", "dl_topic", "dl_partition", "dl_offset");
    }

    @Test
    void theEventsOwnHeadersStandBeforeThoseOfTheLetterWhateverTheirNames() {
        List<EventHeader> own = List.of(
                new EventHeader("dl_reason", utf8("mine")),
                new EventHeader("dl_model", utf8("another")),
                new EventHeader("dl_cut", null));
        RawEvent event = new RawEvent("t", 3, 42, 0, null, utf8("{"), own);

        ProducerRecord<byte[], byte[]> record =
                serializer.serialize(new DeadLetter(event, "json_invalid", "cut", null, false), null, null);

        assertThat(names(record))
                .startsWith("dl_reason", "dl_model", "dl_cut", "dl_reason", "dl_detail")
                .hasSize(3 + 6);
        assertThat(header(record, "dl_reason")).isEqualTo("json_invalid");
    }

    @Test
    void ofAModelWhoseRulesRedactNothingThatItsSenderWroteIsKept() {
        RawEvent event = new RawEvent(
                "t", 3, 42, 7, utf8("secret"), utf8("secret"), List.of(new EventHeader("x", utf8("secret"))));

        ProducerRecord<byte[], byte[]> record =
                serializer.serialize(new DeadLetter(event, "json_invalid", "cut", "m", true), null, null);

        assertThat(record.key()).isNull();
        assertThat(record.value()).isEmpty();
        assertThat(names(record)).doesNotContain("x");
        assertThat(header(record, "dl_cut")).isEqualTo(String.valueOf(event.size()));
        assertThat(header(record, "dl_model")).isEqualTo("m");
    }

    private ProducerRecord<byte[], byte[]> write(RawEvent event) {
        return serializer.serialize(new DeadLetter(event, "json_invalid", "cut", "m", false), null, null);
    }

    private static List<String> names(ProducerRecord<byte[], byte[]> record) {
        return Stream.of(record.headers().toArray()).map(Header::key).toList();
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
