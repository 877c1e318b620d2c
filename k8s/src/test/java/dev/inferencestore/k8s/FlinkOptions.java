package dev.inferencestore.k8s;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/** Whether Flink has the options that {@code flinkConfiguration} sets: it skips unknown ones in silence. */
final class FlinkOptions {
    private static final List<Class<?>> HOLDERS = List.of(
            CheckpointingOptions.class,
            HighAvailabilityOptions.class,
            PipelineOptions.class,
            RestartStrategyOptions.class,
            TaskManagerOptions.class);

    /** Handed on to the S3 file system as {@code fs.s3a.…}; Flink declares no option for them. */
    private static final Set<String> HANDED_ON = Set.of("s3.endpoint", "s3.endpoint.region", "s3.path.style.access");

    private FlinkOptions() {}

    /** A sentence for each key that is no option of this build's Flink and each value that its option refuses. */
    static List<String> problems(Map<String, String> flinkConfiguration) {
        Map<String, ConfigOption<?>> known = known();
        Configuration values = Configuration.fromMap(flinkConfiguration);
        List<String> problems = new ArrayList<>();
        flinkConfiguration.keySet().stream()
                .filter(key -> !HANDED_ON.contains(key))
                .forEach(key -> {
                    ConfigOption<?> option = known.get(key);
                    if (option == null) {
                        problems.add("'" + key + "' is no option of Flink");
                        return;
                    }
                    try {
                        values.get(option);
                    } catch (IllegalArgumentException refused) {
                        problems.add("'" + key + "': " + refused.getMessage());
                    }
                });
        return problems;
    }

    private static Map<String, ConfigOption<?>> known() {
        Map<String, ConfigOption<?>> known = new HashMap<>();
        for (Class<?> holder : HOLDERS) {
            for (Field field : holder.getFields()) {
                if (field.getType() == ConfigOption.class) {
                    try {
                        ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                        known.put(option.key(), option);
                    } catch (IllegalAccessException hidden) {
                        throw new IllegalStateException(hidden);
                    }
                }
            }
        }
        return known;
    }
}
