package dev.inferencestore.job.replay;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.options.FlinkSettings;
import dev.inferencestore.job.replay.send.ReEmission;
import java.time.Clock;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Sends what is stored of a model to a topic, as events of the own format, to try another model on real traffic. */
public final class ReEmitJob {
    private ReEmitJob() {}

    /** Runs a re-emission with options as {@code --key value}; what is wrong with them is said at once. */
    public static void main(String[] arguments) throws Exception {
        Settings settings = ReplayOptions.read(ReplayKind.RE_EMIT, arguments, System.getenv());
        launch(settings, Clock.systemUTC(), StreamExecutionEnvironment.getExecutionEnvironment())
                .run();
    }

    /**
     * Claims a re-emission and wires its job into an environment, for who executes it there.
     *
     * @param settings of {@link ReplayOptions#read}
     * @param clock by which it keeps its pace; must be serializable
     * @return the id of the replay
     */
    public static String prepare(StreamExecutionEnvironment env, Settings settings, Clock clock) throws Exception {
        return launch(settings, clock, env).prepare().id();
    }

    private static Launch launch(Settings settings, Clock clock, StreamExecutionEnvironment env) {
        return new Launch(settings, ReplayKind.RE_EMIT, env, replay -> {
            FlinkSettings.applyToBounded(env, settings);
            Database database = Database.of(settings);
            ReEmission.build(
                    env,
                    settings,
                    replay.id(),
                    (ReplaySpec.ReEmit) replay.spec(),
                    new ReplayProgress(database, replay.id()),
                    new DatabaseWatch(database, replay.id()),
                    clock);
        });
    }
}
