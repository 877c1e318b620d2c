package dev.inferencestore.job.replay;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.job.options.JobOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which replay a job runs: one that the API made, or what is asked for, as JSON or option by option. All options of the job
 * are taken too, so that one file of them does for both.
 */
public final class ReplayOptions {
    public static final Option<String> ID =
            Option.text("replay.id", "A replay that the API has made.").optionally();
    public static final Option<String> SPEC = Option.text(
                    "replay.spec", "What is asked for, as JSON like that of POST /replays.")
            .optionally();
    public static final Option<String> REQUESTED_BY = Option.text(
                    "replay.requested-by", "Who asks, for the list of replays and the audit log.")
            .or("command line");
    public static final Option<String> MODEL = Option.text(
                    "replay.model",
                    "Only this model's events; all models' where it is left out. To re-emit: the model.")
            .optionally();
    public static final Option<String> AS_MODEL = Option.text(
                    "replay.as-model", "The model that events of files are taken for, or that re-emitted events name.")
            .optionally();
    public static final Option<String> START = Option.text(
                    "replay.start",
                    "From when on, as 2026-11-22T12:00:00Z: when Kafka had it, or to re-emit event time.")
            .optionally();
    public static final Option<String> END = Option.text("replay.end", "Before when; up to now where it is left out.")
            .optionally();

    public static final Option<String> TOPICS = Option.text(
                    "replay.topics", "Topics, as a,b; the store's own and those of sources where they are left out.")
            .optionally();
    public static final Option<String> OFFSETS = Option.text(
                    "replay.offsets",
                    "Parts of partitions instead, as topic-0=0:100,topic-1=20:70; the end is not in it.")
            .optionally();
    public static final Option<String> FILES = Option.text(
                    "replay.files", "Files instead, as s3://bucket/key,file:///path; a slash at the end is all below.")
            .optionally();
    public static final Option<String> FORMAT = Option.text(
                    "replay.format", "What the files hold: " + String.join(", ", ReplaySpecCodec.formats()) + ".")
            .optionally();
    public static final Option<Boolean> INCLUDE_DISABLED = Option.flag(
                    "replay.include-disabled", "Also events of times in which storage was switched off on purpose.")
            .or("false");
    public static final Option<Integer> RATE = Option.integer(
                    "replay.rate",
                    1,
                    ReplaySpecCodec.MOST_EVENTS_PER_SECOND,
                    "The most events a second, over all subtasks; ingest.replay-rate where it is left out.")
            .optionally();

    public static final Option<String> TOPIC =
            Option.text("replay.topic", "Where re-emitted events go.").optionally();
    public static final Option<String> PACE = Option.text(
                    "replay.pace", "How fast they go: original, fastest, or how many times the original.")
            .or("original");
    public static final Option<Boolean> NEW_IDS = Option.flag(
                    "replay.new-ids", "Whether re-emitted inferences get ids of their own.")
            .or("false");

    private static final List<Option<?>> BOTH = List.of(ID, SPEC, REQUESTED_BY, MODEL, AS_MODEL, START, END);
    private static final List<Option<?>> OF_REPLAY = List.of(TOPICS, OFFSETS, FILES, FORMAT, INCLUDE_DISABLED, RATE);
    private static final List<Option<?>> OF_RE_EMIT = List.of(TOPIC, PACE, NEW_IDS);

    /** Those that the live job does not take, in the order of the options page. */
    public static final List<Option<?>> ALL = joined(joined(BOTH, OF_REPLAY), OF_RE_EMIT);

    private ReplayOptions() {}

    /**
     * Reads them all from arguments and environment.
     *
     * @throws dev.inferencestore.domain.options.InvalidSettings with everything that is wrong with them
     */
    public static Settings read(ReplayKind kind, String[] arguments, Map<String, String> environment) {
        List<Option<?>> own = joined(BOTH, kind == ReplayKind.REPLAY ? OF_REPLAY : OF_RE_EMIT);
        return Settings.read(joined(own, JobOptions.ALL), arguments, environment, JobOptions::together);
    }

    private static List<Option<?>> joined(List<Option<?>> some, List<Option<?>> others) {
        List<Option<?>> all = new ArrayList<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
