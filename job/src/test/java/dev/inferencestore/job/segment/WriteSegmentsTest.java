package dev.inferencestore.job.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteSegmentsTest {
    private static final long NOON = 1_772_366_400_000_000L;
    private static final long HOUR = 3_600_000_000L;

    private final FakeObjects objects = new FakeObjects();
    private OneInputStreamOperatorTestHarness<Routed, StoredBatch> operator;

    @AfterEach
    void close() throws Exception {
        objects.gate.countDown();
        operator.close();
    }

    @Test
    void inputsOfOneModelAndHourShareAnObjectAndAreReadBackByTheirRows() throws Exception {
        start(limits(1 << 20, 100));
        List<byte[]> inputs = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] input = new byte[random.nextInt(3000)];
            random.nextBytes(input);
            inputs.add(input);
            send("m", "i" + i, NOON + i, input);
        }
        send("m", "next hour", NOON + HOUR, new byte[1]);
        send("n", "other model", NOON, new byte[1]);
        assertThat(batches()).isEmpty();

        operator.prepareSnapshotPreBarrier(1);

        assertThat(objects.objects.keySet())
                .hasSize(3)
                .anyMatch(key -> key.startsWith("p/m/2026/03/01/12/"))
                .anyMatch(key -> key.startsWith("p/m/2026/03/01/13/"))
                .anyMatch(key -> key.startsWith("p/n/2026/03/01/12/"));
        StoredBatch batch = batches().stream()
                .filter(each -> each.rows().size() == 50)
                .findFirst()
                .orElseThrow();
        Segment segment = batch.segments().get(0);
        assertThat(segment.entries()).isEqualTo(50);
        assertThat(segment.minCreatedAt()).isEqualTo(NOON);
        assertThat(segment.maxCreatedAt()).isEqualTo(NOON + 49);
        for (int i = 0; i < 50; i++) {
            InferenceRow row = batch.rows().get(i);
            assertThat(row.inputSegment()).isEqualTo(segment.segmentId());
            assertThat(objects.read(
                            segment.objectKey(),
                            segment.baseOffset() + row.inputOffset(),
                            row.inputSize().intValue()))
                    .isEqualTo(inputs.get(i));
        }
    }

    @Test
    void aSegmentIsClosedAtItsSizeAndAtItsAge() throws Exception {
        start(limits(10_000, 100));
        send("m", "a", NOON, new byte[6000]);
        send("m", "b", NOON, new byte[6000]);
        awaitOutput(1);
        send("m", "c", NOON, new byte[10]);
        operator.setProcessingTime(999);
        assertThat(batches()).hasSize(1);

        operator.setProcessingTime(1300);

        awaitOutput(2);
    }

    @Test
    void whenTooManyAreOpenTheOldestIsClosed() throws Exception {
        start(limits(1 << 20, 2));
        send("m1", "a", NOON, new byte[10]);
        send("m2", "b", NOON, new byte[10]);
        send("m3", "c", NOON, new byte[10]);

        awaitOutput(1);

        assertThat(batches().get(0).rows().get(0).modelId()).isEqualTo("m1");
    }

    @Test
    void openBytesAreBounded() throws Exception {
        start(limits(1 << 20, 1000));
        for (int i = 0; i < 200; i++) {
            send("m" + i, "a", NOON, new byte[10_000]);
        }
        // A header, 20 blocks and a row each: 100 of them are within the bound.
        awaitOutput(200 - 100);
    }

    @Test
    void outputsThatWaitForTheirInputsCountToo() throws Exception {
        start(limits(1 << 20, 1000));
        for (int i = 0; i < 20; i++) {
            operator.processElement(
                    new StreamRecord<>(routed(inference("m" + i, "a", NOON, new byte[10], new byte[200_000]))));
        }
        awaitOutput(20 - 5);
    }

    @Test
    void anErrorInAnUploadFailsTheTaskToo() throws Exception {
        start(limits(1 << 20, 100));
        objects.error = true;
        send("m", "a", NOON, new byte[10]);

        assertThatThrownBy(() -> operator.prepareSnapshotPreBarrier(1)).hasStackTraceContaining("no more heap");
    }

    @Test
    void nothingPassesABarrierOrAMarkBeforeItsBytesAreDurable() throws Exception {
        start(limits(1 << 20, 100));
        send("m", "a", NOON, new byte[10]);
        objects.gate = new CountDownLatch(1);
        Thread opener = new Thread(() -> {
            await(() -> objects.running.get() == 1);
            objects.gate.countDown();
        });
        opener.start();

        operator.processElement(new StreamRecord<>(mark(9)));

        opener.join();
        assertThat(objects.objects).hasSize(1);
        assertThat(batches()).hasSize(2);
        assertThat(batches().get(0).rows()).hasSize(1);
        assertThat(batches().get(1).flushVersion()).isEqualTo(9);
    }

    @Test
    void anInferenceWithoutAnInputGoesOnAtOnce() throws Exception {
        start(limits(1 << 20, 100));

        operator.processElement(new StreamRecord<>(routed(inference("m", "a", NOON, null, new byte[3]))));

        assertThat(batches()).singleElement().satisfies(batch -> {
            assertThat(batch.segments()).isEmpty();
            assertThat(batch.rows().get(0).output()).hasSize(3);
        });
    }

    @Test
    void anOutputTooLargeForARowHasASegmentOfItsOwnKind() throws Exception {
        start(limits(1 << 20, 100));
        byte[] output = new byte[(1 << 20) + 1];
        new Random(1).nextBytes(output);
        operator.processElement(new StreamRecord<>(routed(inference("m", "a", NOON, new byte[5], output))));
        operator.processElement(new StreamRecord<>(routed(inference("m", "b", NOON, null, output))));

        operator.prepareSnapshotPreBarrier(1);

        assertThat(batches()).hasSize(2);
        for (StoredBatch batch : batches()) {
            InferenceRow row = batch.rows().get(0);
            assertThat(row.output()).isNull();
            assertThat(row.outputSize()).isEqualTo(output.length);
            Segment segment = batch.segments().stream()
                    .filter(each -> each.segmentId().equals(row.outputSegment()))
                    .findFirst()
                    .orElseThrow();
            assertThat(segment.kind().text()).isEqualTo("output");
            assertThat(objects.read(segment.objectKey(), row.outputOffset(), output.length))
                    .isEqualTo(output);
        }
    }

    @Test
    void aFailedUploadFailsTheTask() throws Exception {
        start(limits(1 << 20, 100));
        objects.failing = true;
        send("m", "a", NOON, new byte[10]);

        assertThatThrownBy(() -> operator.prepareSnapshotPreBarrier(1)).hasStackTraceContaining("no room for");
    }

    @Test
    void aCheckpointHoldsNothing() throws Exception {
        start(limits(1 << 20, 100));
        send("m", "a", NOON, new byte[100_000]);

        OperatorSubtaskState state = operator.snapshot(1, 1);

        assertThat(state.getStateSize()).isZero();
    }

    private static WriteSegments.Limits limits(long size, int open) {
        return new WriteSegments.Limits("p", size, 1000, open, 1_100_000, 2, 4 << 20);
    }

    private void start(WriteSegments.Limits limits) throws Exception {
        operator = new OneInputStreamOperatorTestHarness<>(new WriteSegmentsFactory(connections -> objects, limits));
        operator.setProcessingTime(0);
        operator.open();
    }

    private void send(String model, String id, long createdAt, byte[] input) throws Exception {
        operator.processElement(new StreamRecord<>(routed(inference(model, id, createdAt, input, new byte[1]))));
    }

    private static Routed routed(Inference inference) {
        return new Routed(inference, 1, 0);
    }

    private static Routed mark(long version) {
        return new Routed(null, 0, version);
    }

    private static Inference inference(String model, String id, long createdAt, byte[] input, byte[] output) {
        return new Inference(
                model,
                id,
                createdAt,
                Part.BOTH,
                null,
                input == null ? null : new Payload("image/png", input),
                new Payload("application/json", output),
                null,
                null,
                null,
                null);
    }

    private List<StoredBatch> batches() {
        return operator.extractOutputValues();
    }

    /** Runs what uploads put into the mailbox until there are so many batches. */
    private void awaitOutput(int count) {
        await(() -> {
            try {
                operator.getTaskMailbox().createBatch();
                var mail = operator.getTaskMailbox().tryTake(-1);
                if (mail.isPresent()) {
                    mail.get().run();
                }
                return batches().size() >= count;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertThat(batches()).hasSize(count);
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(10));
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.onSpinWait();
        }
    }
}
