package dev.inferencestore.job.retention;

import dev.inferencestore.job.database.Database;
import dev.inferencestore.storage.retention.Planner;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what PostgreSQL knows of every model with a policy, each time it is asked: with it the schedule is right within
 * a round, whatever Flink's state and the control topic have lost. Also measures how late removal is. No state. A
 * database that cannot be reached is asked again in the next round.
 */
public final class ReadKnown extends RichFlatMapFunction<Long, Plan> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ReadKnown.class);

    private final Database database;
    private final Clock clock;
    private final Duration grace;
    private final Duration keepTasks;
    private transient Planner planner;
    private transient volatile Planner.Lateness lateness;

    /**
     * Makes the function.
     *
     * @param clock must be serializable
     * @param grace how long what SOFT runs hid may stay
     * @param keepTasks how long ended tasks are kept
     */
    public ReadKnown(Database database, Clock clock, Duration grace, Duration keepTasks) {
        this.database = database;
        this.clock = clock;
        this.grace = grace;
        this.keepTasks = keepTasks;
    }

    @Override
    public void open(OpenContext context) {
        planner = new Planner(database.dataSource());
        lateness = Planner.Lateness.NONE;
        getRuntimeContext().getMetricGroup().gauge("secondsPastCutoff", () -> lateness.secondsPastCutoff());
    }

    @Override
    public void flatMap(Long round, Collector<Plan> out) {
        try {
            planner.known().forEach(known -> out.collect(Plan.of(known)));
            // Before what may take too long where there are very many models.
            planner.forgetTasks(keepTasks);
            lateness = planner.lateness(clock.millis() * 1000, grace.toSeconds());
            if (lateness.secondsPastCutoff() > 0) {
                LOG.debug("model {} is {} s late", lateness.modelId(), lateness.secondsPastCutoff());
            }
        } catch (RuntimeException failed) {
            LOG.warn("what is due is asked again in the next round: {}", failed.getMessage());
        }
    }
}
