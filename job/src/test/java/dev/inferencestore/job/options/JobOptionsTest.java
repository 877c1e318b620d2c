package dev.inferencestore.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class JobOptionsTest {
    private static final String[] ENOUGH = {
        "--kafka.bootstrap-servers",
        "k:9092",
        "--postgres.url",
        "jdbc:postgresql://p/s",
        "--postgres.user",
        "u",
        "--s3.bucket",
        "b"
    };

    @Test
    void fourAreEnough() {
        Settings settings = JobOptions.read(ENOUGH, Map.of());

        assertThat(settings.get(JobOptions.SEGMENT_SIZE)).isEqualTo(8L << 20);
        assertThat(settings.get(JobOptions.FLUSH_AGE)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> JobOptions.read(
                        new String[] {"--s3.access-key", "a", "--segments.uploads", "0", "--kafka.accept-gap", "true"},
                        Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("'kafka.accept-gap' is no option")
                .hasMessageContaining("'segments.uploads' must be from 1 to 256")
                .hasMessageContaining("'kafka.bootstrap-servers' is missing")
                .hasMessageContaining("'s3.access-key' and 's3.secret-key' go together");
    }

    @Test
    void flinkSettingsThatWouldBreakAPromiseAreRefused() {
        Configuration flink = new Configuration();
        flink.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        flink.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.AT_LEAST_ONCE);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);

        assertThatThrownBy(() -> FlinkSettings.apply(env, JobOptions.read(ENOUGH, Map.of())))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("an unaligned checkpoint would hold payloads")
                .hasMessageContaining("counts would not equal the offsets consumed");
    }

    @Test
    void whatFlinkIsNotToldIsFilledIn() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());

        FlinkSettings.apply(env, JobOptions.read(ENOUGH, Map.of()));

        assertThat(env.getCheckpointInterval()).isEqualTo(10_000);
        assertThat(env.getConfig().isObjectReuseEnabled()).isTrue();
        assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(env.getMaxParallelism()).isEqualTo(128);
    }
}
