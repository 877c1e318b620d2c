package dev.inferencestore.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.Formats;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoEventsTest {
    private final CloudEvents events = new CloudEvents("inferences");
    private final Random random = new Random(3);

    @ParameterizedTest
    @EnumSource(DemoModel.class)
    void whatADemoModelSendsCanBeDecodedAndNamesTheModel(DemoModel model) throws BadEvent {
        for (int i = 0; i < 20; i++) {
            List<ProducerRecord<byte[], byte[]>> sent = model.next(events, random);
            for (ProducerRecord<byte[], byte[]> event : sent) {
                assertThat(begin(event).decode().model().id()).isEqualTo(model.id());
            }
            for (Inference inference : decoded(sent)) {
                assertThat(inference.metadata() != null || inference.input() == null)
                        .as("every input comes with metadata")
                        .isTrue();
            }
        }
    }

    @Test
    void bothHalvesOfAnInferenceCarryItsId() throws BadEvent {
        List<Inference> halves = decoded(DemoModel.PARCEL.next(events, random));

        assertThat(halves).hasSize(2);
        assertThat(halves)
                .extracting(Inference::inferenceId)
                .containsOnly(halves.get(0).inferenceId());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whatIsMeantToBeMalformedCannotBeDecoded(int way) {
        ProducerRecord<byte[], byte[]> malformed = events.malformed("street-detector", way);

        assertThat(catchThrowable(() -> decoded(List.of(malformed)))).isInstanceOf(BadEvent.class);
    }

    private static List<Inference> decoded(List<ProducerRecord<byte[], byte[]>> sent) throws BadEvent {
        List<Inference> inferences = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> event : sent) {
            inferences.addAll(begin(event).decode().inferences());
        }
        return inferences;
    }

    private static Formats.Reading begin(ProducerRecord<byte[], byte[]> event) {
        return new Formats().begin(received(event), null);
    }

    private static RawEvent received(ProducerRecord<byte[], byte[]> event) {
        List<EventHeader> headers = StreamSupport.stream(event.headers().spliterator(), false)
                .map(header -> new EventHeader(header.key(), header.value()))
                .toList();
        return new RawEvent(event.topic(), 0, 0, Instant.now().toEpochMilli(), event.key(), event.value(), headers);
    }
}
