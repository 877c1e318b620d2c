package dev.inferencestore.job.options;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What the job needs of Flink's own settings: fills in what is open and refuses what would break a promise. */
public final class FlinkSettings {
    private static final int MAX_PARALLELISM = 128;

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
