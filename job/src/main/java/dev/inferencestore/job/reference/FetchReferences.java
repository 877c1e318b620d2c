package dev.inferencestore.job.reference;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.Omitted;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.job.route.Routed;
import dev.inferencestore.storage.reference.References;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what events refer to instead of carrying it; everything else is passed on at once. What cannot be fetched is
 * stored without its bytes and with the reason, and does not hold up what comes after it for longer than its patience.
 *
 * <p>No state: all fetches are done and handed on before the barrier leaves and before a mark is passed on. At most so many
 * run at once, each of at most so many bytes; past that the task waits.
 */
public final class FetchReferences extends AbstractStreamOperator<Routed>
        implements OneInputStreamOperator<Routed, Routed>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    private final transient StreamOperatorParameters<Routed> parameters;
    private final transient ReferenceStores stores;
    private final transient Limits limits;
    private final transient Map<String, Counter> outcomes = new HashMap<>();
    private transient @Nullable References references;
    private transient @Nullable ExecutorService threads;
    private transient int running;

    FetchReferences(StreamOperatorParameters<Routed> parameters, ReferenceStores stores, Limits limits) {
        super(parameters);
        this.parameters = parameters;
        this.stores = stores;
        this.limits = limits;
    }

    /**
     * How much is fetched at once, and for how long.
     *
     * @param atOnce fetches of one subtask
     * @param patienceMillis how long a fetch is tried again, before its input is given up
     */
    public record Limits(int atOnce, long patienceMillis) implements Serializable {}

    @Override
    public void open() throws Exception {
        super.open();
        getMetricGroup().gauge("fetchesRunning", () -> running);
    }

    @Override
    public void processElement(StreamRecord<Routed> element) throws Exception {
        Routed routed = element.getValue();
        Inference inference = routed.inference();
        if (inference == null) {
            drain();
            output.collect(element);
        } else if (isToBeFetched(inference.input()) || isToBeFetched(inference.output())) {
            fetch(routed, inference);
        } else {
            output.collect(element);
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        drain();
    }

    @Override
    public void endInput() throws Exception {
        drain();
    }

    @Override
    public void close() throws Exception {
        if (threads != null) {
            threads.shutdownNow();
        }
        if (references != null) {
            references.close();
        }
        super.close();
    }

    private static boolean isToBeFetched(@Nullable Payload payload) {
        return payload != null && payload.isToBeFetched();
    }

    private void fetch(Routed routed, Inference inference) throws InterruptedException {
        References open = opened();
        ExecutorService pool = pool();
        while (running >= limits.atOnce()) {
            parameters.getMailboxExecutor().yield();
        }
        running++;
        pool.execute(() -> {
            Fetch fetch = new Fetch(open, limits.patienceMillis());
            Payload input = fetch.payload(inference.input());
            Payload said = fetch.payload(inference.output());
            parameters
                    .getMailboxExecutor()
                    .execute(
                            () -> {
                                running--;
                                count(inference.input(), input);
                                count(inference.output(), said);
                                output.collect(new StreamRecord<>(routed.with(inference.with(input, said))));
                            },
                            "reference fetched");
        });
    }

    /** Waits until everything has been handed on. */
    private void drain() throws InterruptedException {
        while (running > 0) {
            parameters.getMailboxExecutor().yield();
        }
    }

    private void count(@Nullable Payload before, @Nullable Payload after) {
        if (isToBeFetched(before) && after != null) {
            Omitted omitted = after.omitted();
            String outcome = omitted == null ? "fetched" : omitted.reason().text();
            outcomes.computeIfAbsent(
                            outcome,
                            name -> omitted == null
                                    ? getMetricGroup().counter("references")
                                    : getMetricGroup().addGroup("reason", name).counter("referencesOmitted"))
                    .inc();
        }
    }

    /** Most jobs never need one. */
    private References opened() {
        if (references == null) {
            references = stores.open(limits.atOnce());
        }
        return references;
    }

    private ExecutorService pool() {
        if (threads == null) {
            AtomicInteger number = new AtomicInteger();
            threads = Executors.newFixedThreadPool(limits.atOnce(), work -> {
                Thread thread = new Thread(work, "fetch-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
        }
        return threads;
    }

    /** Why bytes are not here after all. */
    static Payload without(Payload payload, Omission why, long size) {
        return payload.without(new Omitted(why, size, null));
    }
}
