package dev.inferencestore.job.route;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.Blame;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.Router;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.time.Timers;
import dev.inferencestore.storage.progress.Beat;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of each event, by the registry: input 1 events, input 2 control records, to every subtask.
 *
 * <p>State: totals by outcome, nothing else. The registry is not state: it is loaded from PostgreSQL in {@code open},
 * which has everything that the control topic will say and has said, so that an empty or an old checkpoint means the
 * same registry. Control records then win by version.
 *
 * <p>When a model stops being stored, a mark is sent after its last accepted event; when StoreRecords has flushed up to
 * the mark, nothing of that model comes any more.
 */
public final class RouteEvents extends AbstractStreamOperator<Routed>
        implements TwoInputStreamOperator<RawEvent, ControlRecord, Routed> {
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));
    public static final OutputTag<RouteReport> REPORTS =
            new OutputTag<>("reports", TypeInformation.of(RouteReport.class));

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(RouteEvents.class);
    private static final ListStateDescriptor<Total> TOTALS =
            new ListStateDescriptor<>("totals", TypeInformation.of(Total.class));
    private static final long REPORT_EVERY_MILLIS = 1000;

    /** Several changes at once share one report, and one mark. */
    private static final long CHANGES_AFTER_MILLIS = 50;

    private final RegistrySource source;
    private final Progress progress;
    private final transient Router router;
    private final transient Registry registry = new Registry();
    private final transient Totals totals = new Totals();
    private final transient ModelTally tally = new ModelTally();
    private final transient Map<String, Counter> counters = new HashMap<>();
    private transient @Nullable ListState<Total> savedTotals;
    private transient long startedAt;
    private transient boolean markDue;
    private transient boolean reportDue;

    /**
     * What is too large.
     *
     * @param event bytes of key, value and headers above which an event is a dead letter
     * @param payload bytes of an input or an output above which it is recorded without them
     */
    public record Limits(long event, long payload) implements Serializable {}

    RouteEvents(StreamOperatorParameters<Routed> parameters, RegistrySource source, Progress progress, Limits limits) {
        super(parameters);
        this.source = source;
        this.progress = progress;
        this.router = new Router(new Formats(), limits.event(), limits.payload());
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        ListState<Total> saved = context.getOperatorStateStore().getListState(TOTALS);
        savedTotals = saved;
        boolean any = false;
        for (Total total : saved.get()) {
            totals.add(total.name(), total.count());
            any = true;
        }
        if (context.isRestored() && !any) {
            progress.ofFinished(Beat.ROUTE, getRuntimeContext().getTaskInfo().getIndexOfThisSubtask())
                    .forEach(totals::add);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        load();
        LOG.info("loaded {} models from the database, up to control version {}", registry.size(), registry.version());
        releaseDriverWithThisJob();
        getMetricGroup().gauge("registeredModels", registry::size);
        getMetricGroup().gauge("controlVersion", registry::version);
        startedAt = getProcessingTimeService().getCurrentProcessingTime();
        // Nothing accepted by an earlier registry is on its way any more.
        markDue = true;
        Timers.after(getProcessingTimeService(), 0, this::mark);
        Timers.after(getProcessingTimeService(), 0, this::reportAndGoOn);
    }

    private void load() throws Exception {
        source.load(registry.version()).forEach(registry::apply);
        router.admit(source.admission());
        if (source.refreshMillis() > 0) {
            Timers.after(getProcessingTimeService(), source.refreshMillis(), this::load);
        }
    }

    @Override
    public void processElement1(StreamRecord<RawEvent> element) {
        RawEvent event = element.getValue();
        Decision decision = router.route(event, registry);
        if (decision instanceof Decision.Accept accept) {
            count("accepted", 1);
            count("inferences", accept.inferences().size());
            tally.accepted(accept.modelId(), 1);
            for (Inference inference : accept.inferences()) {
                output.collect(new StreamRecord<>(Routed.accepted(inference, accept.generation())));
            }
        } else if (decision instanceof Decision.TurnAway turnAway) {
            count("turned_away." + turnAway.reason().code(), turnAway.count());
            tally.turnedAway(turnAway, event);
        } else if (decision instanceof Decision.DeadLetter letter) {
            count("dead_lettered." + letter.failure().code(), 1);
            tally.deadLetter(letter, registry);
            log(letter, event);
            output.collect(
                    DEAD_LETTERS,
                    new StreamRecord<>(new DeadLetter(
                            event, letter.failure().code(), letter.detail(), letter.modelId(), letter.withheld())));
        }
    }

    @Override
    public void processElement2(StreamRecord<ControlRecord> element) {
        ControlRecord record = element.getValue();
        if (!registry.apply(record)) {
            return;
        }
        LOG.debug("model {} is at control version {}", record.modelId(), record.version());
        if (!record.stores() && !markDue) {
            markDue = true;
            Timers.after(getProcessingTimeService(), CHANGES_AFTER_MILLIS, this::mark);
        }
        if (!reportDue) {
            reportDue = true;
            Timers.after(getProcessingTimeService(), CHANGES_AFTER_MILLIS, () -> report(false));
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        Objects.requireNonNull(savedTotals, "initialized").update(totals.asList());
    }

    @Override
    public void finish() throws Exception {
        mark();
        report(true);
        super.finish();
    }

    private void mark() {
        markDue = false;
        output.collect(new StreamRecord<>(Routed.mark(Math.max(1, registry.version()))));
    }

    private void reportAndGoOn() {
        report(false);
        Timers.after(getProcessingTimeService(), REPORT_EVERY_MILLIS, this::reportAndGoOn);
    }

    private void report(boolean finished) {
        reportDue = false;
        Beat beat = new Beat(
                getRuntimeContext().getJobInfo().getJobId().toString(),
                Beat.ROUTE,
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
                startedAt,
                registry.version(),
                totals.asMap());
        output.collect(
                REPORTS, new StreamRecord<>(new RouteReport(beat, tally.drainModels(), tally.drainNames(), finished)));
    }

    /**
     * A driver that came with the job's jar is taken off the platform's list with it: left there, it would keep all classes
     * of the job in memory after every restart. One that the whole process shares stays.
     */
    private void releaseDriverWithThisJob() {
        if (Driver.class.getClassLoader() != AbstractStreamOperator.class.getClassLoader()) {
            getRuntimeContext()
                    .registerUserCodeClassLoaderReleaseHookIfAbsent("postgresql", RouteEvents::releaseDriver);
        }
    }

    private static void releaseDriver() {
        try {
            Driver.deregister();
        } catch (SQLException notRegistered) {
            LOG.debug("the PostgreSQL driver was not registered", notRegistered);
        }
    }

    private void count(String outcome, long more) {
        totals.add(outcome, more);
        Counter counter = counters.get(outcome);
        if (counter == null) {
            String[] words = outcome.split("\\.", 2);
            counter = words.length == 1
                    ? getMetricGroup().counter(words[0])
                    : getMetricGroup().addGroup("reason", words[1]).counter(words[0]);
            counters.put(outcome, counter);
        }
        counter.inc(more);
    }

    private static void log(Decision.DeadLetter letter, RawEvent event) {
        String text = "event {}-{}@{} is a dead letter: {}: {}";
        Object[] words = {
            event.topic(), event.partition(), event.offset(), letter.failure().code(), letter.detail()
        };
        if (letter.failure().blame() == Blame.BUG) {
            LOG.error(text, words);
        } else {
            LOG.debug(text, words);
        }
    }
}
