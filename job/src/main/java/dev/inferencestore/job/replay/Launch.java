package dev.inferencestore.job.replay;

import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.replay.NewReplay;
import dev.inferencestore.storage.replay.ReplayIds;
import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.replay.Replays;
import dev.inferencestore.storage.schema.Schema;
import java.util.List;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.client.DuplicateJobSubmissionException;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Submits the job of a replay: claims the replay first, and says in its row when there is no job after all. */
final class Launch {
    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

    private final Settings settings;
    private final ReplayKind kind;
    private final StreamExecutionEnvironment env;
    private final Wiring wiring;
    private final Replays replays;
    private final DataSource database;

    Launch(Settings settings, ReplayKind kind, StreamExecutionEnvironment env, Wiring wiring) {
        this.settings = settings;
        this.kind = kind;
        this.env = env;
        this.wiring = wiring;
        this.database = Database.of(settings).dataSource();
        this.replays = new Replays(database);
    }

    /** Wires a job into the environment. */
    interface Wiring {
        void build(ClaimedReplay replay) throws Exception;
    }

    /** Runs a replay, and where Flink is asked to wait, until it has ended. */
    void run() throws Exception {
        ClaimedReplay replay = prepare();
        JobClient job;
        try {
            job = env.executeAsync(graph(replay));
        } catch (Exception failed) {
            if (ExceptionUtils.findThrowable(failed, DuplicateJobSubmissionException.class)
                    .isPresent()) {
                // Submitted twice, as after a lost answer: the first one runs.
                throw failed;
            }
            failed(replay, failed);
            throw failed;
        }
        if (env.getConfiguration().get(DeploymentOptions.ATTACHED)) {
            await(replay, job);
        }
    }

    /** Has the id that was claimed: of one that only the environment knows, clusters that run the main method know nothing. */
    private StreamGraph graph(ClaimedReplay replay) {
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName("Replay " + replay.id());
        graph.setJobId(JobID.fromHexString(replay.jobId()));
        return graph;
    }

    /** Whoever only loses sight of the job says nothing about it: it goes on. */
    private void await(ClaimedReplay replay, JobClient job) throws InterruptedException, ExecutionException {
        try {
            job.getJobExecutionResult().get();
            // Its last subtasks have said so already, but where their clocks ran backwards.
            replays.end(replay.id(), replay.jobId(), ReplayState.COMPLETE, null);
        } catch (ExecutionException ended) {
            if (ExceptionUtils.findThrowable(ended, JobCancellationException.class)
                    .isPresent()) {
                replays.end(replay.id(), replay.jobId(), ReplayState.CANCELLED, "its Flink job was cancelled");
            } else if (ExceptionUtils.findThrowable(ended, JobExecutionException.class)
                    .isPresent()) {
                failed(replay, ended);
            }
            throw ended;
        }
    }

    private void failed(ClaimedReplay replay, Exception failed) {
        Throwable why = failed;
        while (why.getCause() != null) {
            why = why.getCause();
        }
        replays.end(replay.id(), replay.jobId(), ReplayState.FAILED, why.toString());
    }

    /** Claims a replay and wires its job, which is then ready to be executed. */
    ClaimedReplay prepare() throws Exception {
        Schema.migrate(database);
        ClaimedReplay replay = claim(wanted(), jobId());
        LOG.info("Replay {} is run by Flink job {}", replay.id(), replay.jobId());
        try {
            wiring.build(replay);
        } catch (Exception failed) {
            failed(replay, failed);
            throw failed;
        }
        return replay;
    }

    private ReplayRun wanted() {
        String id = settings.find(ReplayOptions.ID).orElse(null);
        if (id == null) {
            return made(GivenSpec.of(settings, kind));
        }
        String read = ReplayIds.read(id);
        ReplayRun run = read == null ? null : replays.find(read).orElse(null);
        if (run == null || run.kind() != kind) {
            throw invalid(
                    "'" + ReplayOptions.ID.key() + "' is no replay of kind " + kind.text() + " (it is '" + id + "')");
        }
        return run;
    }

    private ReplayRun made(ReplaySpec spec) {
        String model = spec.modelId();
        if (model != null && new ModelRegistry(database).find(model).isEmpty()) {
            throw invalid("of the replay, 'model_id' is not registered (it is '" + model + "')");
        }
        return replays.create(new NewReplay(spec, settings.get(ReplayOptions.REQUESTED_BY), false), null)
                .run();
    }

    private ClaimedReplay claim(ReplayRun run, String jobId) {
        return switch (replays.claim(run.replayId(), jobId)) {
            case GRANTED -> new ClaimedReplay(run.replayId(), jobId, run.spec());
            case OF_ANOTHER -> throw invalid("replay " + run.replayId() + " is run by another Flink job");
            case ENDED ->
                throw invalid("replay " + run.replayId() + " has ended, or is to be cancelled: ask for a new"
                        + " one, which changes nothing that is stored already");
            case UNKNOWN -> throw invalid("there is no replay " + run.replayId());
        };
    }

    /** The id that the job will have: where nobody has fixed it yet, it is fixed now, since the claim names it. */
    private String jobId() {
        String given = env.getConfiguration()
                .getOptional(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID)
                .orElse(null);
        if (given != null) {
            return given;
        }
        String id = JobID.generate().toHexString();
        Configuration fixed = new Configuration();
        fixed.set(PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, id);
        env.configure(fixed, Launch.class.getClassLoader());
        return id;
    }

    private static InvalidSettings invalid(String problem) {
        return new InvalidSettings(List.of(problem));
    }
}
