package dev.inferencestore.job.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.storage.reference.References;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchReferencesTest {
    private static final Server SERVER = new Server();

    private OneInputStreamOperatorTestHarness<Routed, Routed> operator;

    @BeforeEach
    void start() throws Exception {
        SERVER.gate = new CountDownLatch(0);
        SERVER.calls.set(0);
        operator = new OneInputStreamOperatorTestHarness<>(
                new FetchReferencesFactory(connections -> SERVER, new FetchReferences.Limits(2, 1_000)));
        operator.open();
    }

    @AfterEach
    void close() throws Exception {
        SERVER.gate.countDown();
        operator.close();
    }

    @Test
    void whatIsReferredToIsThereBeforeTheBarrier() throws Exception {
        SERVER.gate = new CountDownLatch(1);
        send(Payload.at("image/png", "ok:1"));
        send(new Payload("text/plain", new byte[] {9}));
        assertThat(inputs()).hasSize(1);

        SERVER.gate.countDown();
        operator.prepareSnapshotPreBarrier(1);

        assertThat(inputs()).hasSize(2);
        Payload fetched = inputs().get(1);
        assertThat(fetched.bytes()).containsExactly(1, 2, 3);
        assertThat(fetched.contentType()).isEqualTo("image/png");
        assertThat(fetched.isHere()).isTrue();
        assertThat(fetched.reference()).isEqualTo("ok:1");
    }

    @Test
    void aMarkPassesNothingThatIsBeingFetched() throws Exception {
        send(Payload.at(null, "ok:1"));
        operator.processElement(new StreamRecord<>(new Routed(null, 0, 7)));

        assertThat(operator.extractOutputValues()).hasSize(2);
        assertThat(operator.extractOutputValues().get(1).flushVersion()).isEqualTo(7);
    }

    @Test
    void whatCannotBeFetchedIsSaidAndNeverLost() throws Exception {
        send(Payload.at(null, "forbidden:1"));
        send(Payload.at(null, "gone:1"));
        send(Payload.at(null, "busy:1"));
        send(Payload.at(null, "broken:1"));
        send(Payload.at(null, "ok:1").atMost(2));

        operator.endInput();

        assertThat(inputs().stream().map(input -> input.omitted().reason()))
                .containsExactlyInAnyOrder(
                        Omission.REFERENCE_NOT_ALLOWED,
                        Omission.REFERENCE_FAILED,
                        Omission.REFERENCE_FAILED,
                        Omission.REFERENCE_FAILED,
                        Omission.TOO_LARGE);
    }

    @Test
    void whatMayPassIsTriedAgain() throws Exception {
        send(Payload.at(null, "later:1"));

        operator.endInput();

        assertThat(inputs().get(0).bytes()).containsExactly(1, 2, 3);
        assertThat(SERVER.calls).hasValue(2);
    }

    private void send(Payload input) throws Exception {
        operator.processElement(new StreamRecord<>(
                new Routed(new Inference("m", "i", 0, Part.REQUEST, null, input, null, null, null, null, null), 1, 0)));
    }

    private List<Payload> inputs() {
        List<Payload> inputs = new ArrayList<>();
        operator.extractOutputValues()
                .forEach(routed -> inputs.add(routed.inference().input()));
        return inputs;
    }

    /** Answers by what an address begins with. */
    private static final class Server implements References {
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public boolean allows(String address) {
            return !address.startsWith("forbidden");
        }

        @Override
        public byte[] fetch(String address, long most) throws IOException, InterruptedException {
            gate.await();
            int call = calls.incrementAndGet();
            byte[] bytes = {1, 2, 3};
            return switch (address.substring(0, address.indexOf(':'))) {
                case "gone" -> throw new Gone("404");
                case "busy" -> throw new IOException("503");
                case "broken" -> throw new IllegalStateException("no such thing");
                case "later" -> {
                    if (call == 1) {
                        throw new IOException("503");
                    }
                    yield bytes;
                }
                default -> {
                    if (bytes.length > most) {
                        throw new TooLarge(bytes.length);
                    }
                    yield bytes;
                }
            };
        }

        @Override
        public void close() {}
    }
}
