package dev.inferencestore.job.retention;

import dev.inferencestore.job.database.Database;
import dev.inferencestore.storage.retention.Planner;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what PostgreSQL knows of every model with a policy, each time it is asked: with it the schedule is right within
 * a round, whatever Flink's state and the control topic have lost. No state. A database that cannot be reached is asked
 * again in the next round.
 */
public final class ReadKnown extends RichFlatMapFunction<Long, Plan> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ReadKnown.class);

    private final Database database;
    private final Duration grace;
    private transient Planner planner;

    /**
     * Reads from a database.
     *
     * @param grace how long what a SOFT run hid, or a hold kept that was lifted, can be brought back
     */
    public ReadKnown(Database database, Duration grace) {
        this.database = database;
        this.grace = grace;
    }

    @Override
    public void open(OpenContext context) {
        planner = new Planner(database.dataSource(), grace);
    }

    @Override
    public void flatMap(Long round, Collector<Plan> out) {
        try {
            planner.known().forEach(known -> out.collect(Plan.of(known)));
        } catch (RuntimeException failed) {
            LOG.warn("what is due is asked again in the next round: {}", failed.getMessage());
        }
    }
}
