package dev.inferencestore.api.replay;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.IdempotencyKey;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.http.TimeCursor;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.InvalidReplay;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.replay.MadeReplay;
import dev.inferencestore.storage.replay.NewReplay;
import dev.inferencestore.storage.replay.ReplayQuery;
import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.replay.ReplaySummary;
import dev.inferencestore.storage.replay.Replays;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Replays and re-emissions: ask for one, list, show, cancel. */
public final class ReplayCalls {
    private static final String PATH = "/api/v1/replays";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final Map<String, ReplayState> STATES =
            Stream.of(ReplayState.values()).collect(Collectors.toMap(ReplayState::text, Function.identity()));
    private static final Map<String, ReplayKind> KINDS =
            Stream.of(ReplayKind.values()).collect(Collectors.toMap(ReplayKind::text, Function.identity()));

    private final Replays replays;
    private final ReplayRules rules;
    private final ReplayWatching watching;
    private final Body body;
    private final Settings settings;

    public ReplayCalls(Settings settings, DataSource database, ReplayWatching watching, Body body) {
        this.replays = new Replays(database);
        this.rules = new ReplayRules(settings, database);
        this.watching = watching;
        this.body = body;
        this.settings = settings;
    }

    public void addTo(RoutesConfig routes) {
        routes.post(PATH, this::create, Role.WRITER);
        routes.get(PATH, this::list, Role.READER);
        routes.get(PATH + "/{replay_id}", this::show, Role.READER);
        routes.post(PATH + "/{replay_id}/cancel", this::cancel, Role.WRITER);
    }

    private void create(Context call) {
        new Query(call).done();
        ReplaySpec spec = read(call);
        rules.check(call, spec);
        requireFlink(settings, spec);
        MadeReplay made = replays.create(
                new NewReplay(spec, Caller.of(call), true),
                IdempotencyKey.of(call, Objects.requireNonNullElse(spec.modelId(), ""), ReplaySpecCodec.encode(spec)));
        watching.wake();
        IdempotencyKey.answer(call, made.replayed());
        call.header("Location", PATH + "/" + made.run().replayId());
        Json.answer(call, 202, view(made.run()));
    }

    /**
     * That replays can be submitted.
     *
     * @throws ProblemException 409 with the command that does the same
     */
    static void requireFlink(Settings settings, ReplaySpec spec) {
        if (settings.find(ReplayOptions.FLINK_URL).isEmpty()) {
            throw ProblemException.of(
                    ProblemKind.NO_FLINK,
                    "'" + ReplayOptions.FLINK_URL.key() + "' is not set, so nothing is submitted; on the command line: "
                            + RunCommand.of(spec, settings.get(ReplayOptions.JOB_ARGUMENTS)));
        }
    }

    private ReplaySpec read(Context call) {
        try {
            return ReplaySpecCodec.decode(body.readObject(call));
        } catch (InvalidReplay invalid) {
            throw ProblemException.invalid(invalid.rules().stream()
                    .map(broken -> new FieldError(broken.field(), broken.rule()))
                    .toList());
        }
    }

    private void list(Context call) {
        Query query = new Query(call);
        ReplayState state = query.oneOf("state", STATES);
        ReplayKind kind = query.oneOf("kind", KINDS);
        String modelId = query.text("model_id", TextRule.ID);
        Instant start = query.time("start");
        Instant end = query.time("end");
        if (start != null && end != null && !end.isAfter(start)) {
            query.error("end", "must be after start");
        }
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String cursor = query.cursor(TimeCursor.FORM);
        query.done();
        TimeCursor after = cursor.isEmpty() ? null : TimeCursor.of(cursor);
        List<ReplayRun> found = replays.list(new ReplayQuery(
                state,
                kind,
                modelId,
                Caller.projects(call, Role.READER),
                start,
                end,
                after == null ? null : after.time(),
                after == null ? null : after.id(),
                limit + 1));
        PageOf<ReplayRun> page = PageOf.cut(found, limit, last -> cursor(last).text());
        Map<String, ReplaySummary> summaries = replays.summaries(page.items());
        List<ReplayView> items = page.items().stream()
                .map(run -> ReplayView.of(run, Objects.requireNonNull(summaries.get(run.replayId()))))
                .toList();
        Json.answer(call, 200, new ReplayView.Page(items, page.next()));
    }

    private static TimeCursor cursor(ReplayRun run) {
        return new TimeCursor(run.createdAt(), run.replayId());
    }

    private void show(Context call) {
        new Query(call).done();
        Json.answer(call, 200, view(visible(call)));
    }

    private void cancel(Context call) {
        new Query(call).done();
        body.readNothing(call);
        ReplayRun run = visible(call);
        if (!ReplayRules.may(call, run.projectId() == null ? Role.ADMIN : Role.WRITER, run.projectId())) {
            throw ProblemException.of(
                    ProblemKind.FORBIDDEN,
                    "this call takes the role "
                            + (run.projectId() == null
                                    ? "'admin' in every project"
                                    : "'writer' in project '" + run.projectId() + "', which the replay's model is in"));
        }
        ReplayRun now = replays.requestCancel(run.replayId(), Caller.of(call));
        if (now.state().isFinal()) {
            watching.stop(now);
        } else {
            watching.wake();
        }
        Json.answer(call, now.state().isFinal() ? 200 : 202, view(now));
    }

    /** The one that the path names; those of projects in which the caller has no role are as if there were none. */
    private ReplayRun visible(Context call) {
        String id = call.pathParam("replay_id");
        if (TextRule.UUID.broken(id).isPresent()) {
            throw NotFound.replay(id);
        }
        return replays.find(id)
                .filter(run -> ReplayRules.may(call, Role.READER, run.projectId()))
                .orElseThrow(() -> NotFound.replay(id));
    }

    private ReplayView view(ReplayRun run) {
        return ReplayView.of(
                run, Objects.requireNonNull(replays.summaries(List.of(run)).get(run.replayId())));
    }
}
