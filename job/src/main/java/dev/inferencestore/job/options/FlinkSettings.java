package dev.inferencestore.job.options;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What the job needs of Flink's own settings: fills in what is open and refuses what would break a promise. */
public final class FlinkSettings {
    private static final int MAX_PARALLELISM = 128;
    private static final int BOUNDED_RESTARTS = 10;

    private FlinkSettings() {}

    /**
     * Sets what is not set.
     *
     * @throws InvalidSettings with everything that is set to what the job cannot run with
     */
    public static void apply(StreamExecutionEnvironment env, Settings settings) {
        ReadableConfig given = env.getConfiguration();
        refuse(given);
        Configuration ours = new Configuration();
        // Without generic types nothing falls back to Kryo; records are never changed, so chained operators share them.
        ours.set(PipelineOptions.GENERIC_TYPES, false);
        ours.set(PipelineOptions.OBJECT_REUSE, true);
        if (given.getOptional(PipelineOptions.MAX_PARALLELISM).isEmpty()) {
            ours.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
        }
        if (given.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL).isEmpty()) {
            ours.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, settings.get(JobOptions.CHECKPOINTS));
        }
        if (given.getOptional(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER).isEmpty()) {
            ours.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);
        }
        if (given.getOptional(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION)
                .isEmpty()) {
            ours.set(
                    CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                    ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        }
        env.configure(ours, FlinkSettings.class.getClassLoader());
    }

    /**
     * The same for a job that has an end: it takes checkpoints although all its sources are bounded, leaves none behind,
     * and gives up when it fails again and again.
     *
     * @throws InvalidSettings as {@link #apply}
     */
    public static void applyToBounded(StreamExecutionEnvironment env, Settings settings) {
        ReadableConfig given = env.getConfiguration();
        Configuration ours = new Configuration();
        ours.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        if (given.getOptional(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION)
                .isEmpty()) {
            ours.set(
                    CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                    ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
        }
        if (given.getOptional(RestartStrategyOptions.RESTART_STRATEGY).isEmpty()) {
            ours.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
            ours.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, BOUNDED_RESTARTS);
        }
        env.configure(ours, FlinkSettings.class.getClassLoader());
        apply(env, settings);
    }

    private static void refuse(ReadableConfig given) {
        List<String> problems = new ArrayList<>();
        if (given.get(CheckpointingOptions.ENABLE_UNALIGNED)) {
            problems.add("'" + CheckpointingOptions.ENABLE_UNALIGNED.key()
                    + "' must be false: an unaligned checkpoint would hold payloads");
        }
        if (given.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE) != CheckpointingMode.EXACTLY_ONCE) {
            problems.add("'" + CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE.key()
                    + "' must be EXACTLY_ONCE: counts would not equal the offsets consumed");
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
    }
}
