package dev.inferencestore.job.source;

import static dev.inferencestore.job.Events.NOON;
import static dev.inferencestore.job.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawEventReaderTest {
    @Test
    void aReplayedEventIsOfWhenKafkaHadItFirst() {
        RawEvent event = read(String.valueOf(NOON - 1));

        assertThat(event.timestamp()).isEqualTo(NOON - 1);
        assertThat(event.headers()).extracting("name").containsExactly("inferencestore-timestamp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1772366400001", "9999999999999999999", "99999999999999999999999999"})
    void noneIsOfALaterTimeThanWhenKafkaHadItLast(String said) {
        assertThat(read(said).timestamp()).isEqualTo(NOON);
    }

    private static RawEvent read(String said) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("inferencestore-timestamp", utf8(said));
        List<RawEvent> events = new ArrayList<>();
        new RawEventReader()
                .deserialize(
                        new ConsumerRecord<>(
                                "t",
                                0,
                                7,
                                NOON,
                                TimestampType.LOG_APPEND_TIME,
                                -1,
                                1,
                                null,
                                utf8("x"),
                                headers,
                                Optional.empty()),
                        new ListCollector<>(events));
        return events.get(0);
    }
}
