package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.access.AccessReader;
import dev.inferencestore.storage.deadletter.DeadEvent;
import dev.inferencestore.storage.deadletter.DeadLetterCounts;
import dev.inferencestore.storage.deadletter.DeadLetterReplays;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Dead letters: list, count, show. A letter of another project is answered exactly as one that there is not. */
public final class DeadLetterCalls {
    static final String PATH = "/api/v1/dead-letters";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final int MOST_HEADERS = 200;
    private static final byte[] NOTHING = {};

    /** Of each partition where the next page goes on. */
    private static final TextRule CURSOR = text -> text.matches("[0-9]{1,18}(,[0-9]{1,18}){0,9999}")
            ? Optional.empty()
            : Optional.of("must be the offsets of partitions");

    private final DeadLetters letters;
    private final DeadLetterReplays replays;
    private final DeadLetterCounts counts;
    private final AccessReader access;

    public DeadLetterCalls(DataSource database, DeadLetters letters) {
        this.letters = letters;
        replays = new DeadLetterReplays(database);
        counts = new DeadLetterCounts(database);
        access = new AccessReader(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::list, Role.READER);
        routes.get(PATH + "/reasons", this::reasons, Role.READER);
        routes.get(PATH + "/{id}", this::show, Role.READER);
        // What a model saw is in it.
        routes.get(PATH + "/{id}/value", this::value, Role.INPUT_READER);
    }

    private void list(Context call) {
        Query query = new Query(call);
        LetterFilter filter = ReplayBody.filter(query);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String cursor = query.cursor(CURSOR);
        query.done();
        List<Long> after = cursor.isEmpty()
                ? null
                : Arrays.stream(cursor.split(",", -1)).map(Long::valueOf).toList();
        VisibleLetters visible = VisibleLetters.of(call, Role.READER, access);
        DeadLetters.answering(call, () -> {
            LetterPage page = letters.read(
                    (reader, partitions) -> new LetterPages(reader, partitions).page(filter, visible, after, limit));
            Json.answer(call, 200, view(page));
        });
    }

    private LetterView.Page view(LetterPage page) {
        var replayed = replays.of(page.items().stream()
                .map(LetterSummary::event)
                .filter(Objects::nonNull)
                .toList());
        List<Long> next = page.next();
        return new LetterView.Page(
                page.items().stream()
                        .map(letter -> LetterView.of(letter, replayed))
                        .toList(),
                next == null
                        ? null
                        : Query.cursorAfter(next.stream().map(String::valueOf).collect(Collectors.joining(","))),
                page.scannedUntil());
    }

    private void show(Context call) {
        new Query(call).done();
        DeadLetters.answering(call, () -> {
            Letter letter = find(call, Role.READER);
            DeadEvent event = letter.event();
            byte[] key = letter.held().key();
            List<HeaderView> headers = new ArrayList<>();
            letter.held().headers().stream()
                    .limit(MOST_HEADERS)
                    .map(HeaderView::of)
                    .forEach(headers::add);
            Json.answer(
                    call,
                    200,
                    LetterView.of(
                            LetterSummary.of(letter),
                            event == null ? Map.of() : replays.of(List.of(event)),
                            key == null ? null : HeaderView.of("key", key),
                            headers));
        });
    }

    private void value(Context call) {
        new Query(call).done();
        DeadLetters.answering(call, () -> {
            Letter letter = find(call, Role.INPUT_READER);
            byte[] value =
                    letter.held().value() == null ? NOTHING : letter.held().value();
            // Somebody else chose these bytes, so no browser is to run any of it.
            call.header("Content-Type", "application/octet-stream")
                    .header("Content-Length", Integer.toString(value.length))
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Content-Security-Policy", "sandbox; default-src 'none'")
                    .header("Cache-Control", "private, no-store")
                    .header(
                            "Content-Disposition",
                            "attachment; filename=\"" + letter.id().text() + ".bin\"");
            if (!call.method().equals(HandlerType.HEAD)) {
                send(call, value);
            }
        });
    }

    private static void send(Context call, byte[] value) {
        try {
            // Past the library, which would compress.
            call.res().getOutputStream().write(value);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private Letter find(Context call, Role role) {
        String id = call.pathParam("id");
        VisibleLetters visible = VisibleLetters.of(call, role, access);
        return LetterId.of(id)
                .flatMap(letters::find)
                .filter(letter -> visible.shows(letter.modelId()))
                .orElseThrow(() -> ProblemException.of(
                        ProblemKind.UNKNOWN_DEAD_LETTER,
                        "there is no dead letter '" + id + "': Kafka keeps them for as long as the topic "
                                + letters.settings().topic() + " says"));
    }

    private void reasons(Context call) {
        Query query = new Query(call);
        String reason = query.text("reason", ReplayBody.REASON);
        String modelId = query.text("model_id", TextRule.ID);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        query.done();
        @Nullable Set<String> projects = Caller.projects(call, Role.READER);
        var wanted = new DeadLetterCounts.Query(projects, reason, modelId);
        List<DeadLetterCounts.OfModel> models = counts.byModel(wanted, limit);
        if (projects == null && modelId == null) {
            Optional<DeadLetterCounts.Totals> totals = counts.totals(reason);
            Map<String, Long> byReason =
                    totals.map(DeadLetterCounts.Totals::byReason).orElse(Map.of());
            Instant at = totals.map(DeadLetterCounts.Totals::at).orElse(null);
            Json.answer(call, 200, ReasonsView.of(byReason, true, at, models));
        } else {
            Json.answer(call, 200, ReasonsView.of(counts.byReason(wanted), false, null, models));
        }
    }
}
