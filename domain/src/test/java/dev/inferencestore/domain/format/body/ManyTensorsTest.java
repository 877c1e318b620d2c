package dev.inferencestore.domain.format.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Messages of the largest size made of the smallest parts. In memory a part is a hundred times as large as in the message, so
 * that remembering all of them takes more than the process has, and nothing survives that.
 */
class ManyTensorsTest {
    private static final int LARGEST = 32 * 1024 * 1024;
    private static final byte INPUT = 5 << 3 | 2;
    private static final byte RAW_INPUT = 7 << 3 | 2;

    @Test
    void aMessageOfEmptyTensorsIsKeptAsSent() throws Exception {
        assertIsAsSent(empty(INPUT));
    }

    @Test
    void aMessageOfEmptyContentsIsKeptAsSent() throws Exception {
        assertIsAsSent(empty(RAW_INPUT));
    }

    @Test
    void aMessageOfParametersIsRefused() {
        ByteArrayOutputStream message = new ByteArrayOutputStream(LARGEST);
        for (int i = 0; message.size() < LARGEST - 20; i++) {
            byte[] name = Integer.toString(i, 36).getBytes(StandardCharsets.US_ASCII);
            message.writeBytes(new byte[] {4 << 3 | 2, (byte) (name.length + 2), 1 << 3 | 2, (byte) name.length});
            message.writeBytes(name);
        }

        assertThatThrownBy(() -> ProtoBodies.of(Part.REQUEST, message.toByteArray()))
                .isInstanceOf(BadEvent.class)
                .hasMessageContaining("metadata");
    }

    @Test
    void jsonOfEmptyTensorsIsKeptAsSent() throws Exception {
        byte[] json = ("{\"inputs\":[" + "{},".repeat(LARGEST / 3 - 10) + "{}]}").getBytes(StandardCharsets.US_ASCII);

        Body body = Bodies.request(json, null);

        assertThat(body.part()).isEqualTo(Part.REQUEST);
        assertThat(body.said())
                .singleElement()
                .satisfies(said -> assertThat(said.payload().bytes()).isSameAs(json));
    }

    private static void assertIsAsSent(byte[] message) throws BadEvent {
        assertThat(ProtoBodies.of(Part.REQUEST, message).said())
                .singleElement()
                .satisfies(said -> assertThat(said.payload().bytes()).isSameAs(message));
    }

    private static byte[] empty(byte field) {
        byte[] message = new byte[LARGEST];
        for (int i = 0; i < message.length; i += 2) {
            message[i] = field;
        }
        return message;
    }
}
