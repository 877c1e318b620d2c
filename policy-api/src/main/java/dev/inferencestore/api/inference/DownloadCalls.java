package dev.inferencestore.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Connections;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.inference.Budget;
import dev.inferencestore.storage.inference.InferencePage;
import dev.inferencestore.storage.inference.InferenceQuery;
import dev.inferencestore.storage.inference.Inferences;
import dev.inferencestore.storage.inference.StoredInference;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.segment.ObjectStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many at once, as a tar that goes out while it is read: the inputs of some ids, or all that a filter means, with records
 * as JSON lines. Its last entry says what is in it; one that broke off in its middle has none, and no end.
 */
public final class DownloadCalls {
    private static final Logger LOG = LoggerFactory.getLogger(DownloadCalls.class);
    private static final int MOST_IDS = 1000;
    private static final int PAGE = 1000;
    private static final long WHOLE_OUTPUTS = Long.MAX_VALUE;
    private static final int AT_ONCE = 8;
    private static final int OF_ONE_CALLER = 4;

    private final Inferences inferences;
    private final ObjectStore objects;
    private final Body body;
    private final Places places = new Places("downloads", AT_ONCE, OF_ONE_CALLER);

    public DownloadCalls(DataSource database, ObjectStore objects, Body body) {
        inferences = new Inferences(database);
        this.objects = objects;
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.post(InferenceCalls.PATH + "/inputs", this::inputs, Role.INPUT_READER);
        routes.post(InferenceCalls.PATH + "/export", this::export, Role.READER);
    }

    /** One line of {@code inputs.jsonl}: of an id that was asked for. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record InputLine(
            String inferenceId,
            @Nullable Instant createdAt,
            String state,
            @Nullable String entry,
            @Nullable String sha256) {}

    /** What an export says of itself, at its end. */
    private record Summary(
            String modelId, long inferences, long inputs, long inputsGone, long outputsGone, Instant finishedAt) {}

    private void inputs(Context call) throws IOException {
        new Query(call).done();
        Fields fields = body.read(call);
        List<String> ids = fields.texts("inference_ids", MOST_IDS, TextRule.INFERENCE_ID);
        if (!fields.has("inference_ids")) {
            fields.error("inference_ids", "must be given");
        }
        fields.done();
        InferenceQuery query = new InferenceQuery(InferenceFilter.ids(ids), null, false, null, PAGE);
        download(call, "inputs", query, (tar, pages) -> {
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            Set<String> missing = new HashSet<>(ids);
            for (InferencePage page = pages.next(); page != null; page = pages.next()) {
                for (TarDownload.Entry entry : tar.addInputs(pages.folder(""), page.items())) {
                    missing.remove(entry.inference().place().inferenceId());
                    line(lines, line(entry.inference(), entry.there() ? entry.name() : null));
                }
                for (StoredInference other : page.items()) {
                    missing.remove(other.place().inferenceId());
                    if (!other.input().inputState().isReadable()) {
                        line(lines, line(other, null));
                    }
                }
            }
            for (String id : missing) {
                line(lines, new InputLine(id, null, "unknown", null, null));
            }
            tar.add("inputs.jsonl", Instant.now(), lines.toByteArray());
        });
    }

    private static InputLine line(StoredInference inference, @Nullable String entry) {
        String state = inference.input().inputState().text();
        return new InputLine(
                inference.place().inferenceId(),
                EventTime.instant(inference.place().createdAt()),
                entry == null && inference.input().inputState().isReadable() ? "expired" : state,
                entry,
                inference.input().inputSha256());
    }

    private void export(Context call) throws IOException {
        new Query(call).done();
        Fields fields = body.read(call);
        Fields wanted = fields.object("filter");
        InferenceFilter filter = wanted == null ? InferenceFilter.ALL : FilterBody.read(wanted);
        Boolean inputs = fields.optionalFlag("inputs");
        fields.done();
        boolean withInputs = inputs == null || inputs;
        if (withInputs) {
            Caller.require(call, Role.INPUT_READER);
        }
        InferenceQuery query = new InferenceQuery(filter, null, false, null, PAGE, WHOLE_OUTPUTS);
        String modelId = InferencePath.modelId(call);
        download(call, "export", query, (tar, pages) -> {
            long records = 0;
            long files = 0;
            long gone = 0;
            long outputsGone = 0;
            for (InferencePage page = pages.next(); page != null; page = pages.next()) {
                records += page.items().size();
                ByteArrayOutputStream lines = new ByteArrayOutputStream();
                for (StoredInference each : page.items()) {
                    line(lines, InferenceView.of(each, null));
                }
                if (lines.size() > 0) {
                    tar.add("records-" + pages.number() + ".jsonl", Instant.now(), lines.toByteArray());
                }
                outputsGone += addOutputs(tar, pages, page.items());
                if (withInputs) {
                    for (TarDownload.Entry entry : tar.addInputs(pages.folder("inputs/"), page.items())) {
                        files += entry.there() ? 1 : 0;
                        gone += entry.there() ? 0 : 1;
                    }
                }
            }
            tar.add(
                    "export.json",
                    Instant.now(),
                    Json.bytes(new Summary(modelId, records, files, gone, outputsGone, Instant.now())));
        });
    }

    /** Adds outputs that are too large for a row, each as a file, and says how many are gone. */
    private static long addOutputs(TarDownload tar, Pages pages, List<StoredInference> items) throws IOException {
        long gone = 0;
        int number = 0;
        for (StoredInference each : items) {
            if (each.answer().outputAt() != null && !tar.addOutput(pages.folder("outputs/") + number + ".bin", each)) {
                gone++;
            }
            number++;
        }
        return gone;
    }

    private static void line(ByteArrayOutputStream lines, Object value) throws IOException {
        lines.write(Json.bytes(value));
        lines.write('\n');
    }

    /** Fills a download. */
    private interface Filling {
        void fill(TarDownload tar, Pages pages) throws IOException;
    }

    /** The pages of a list, one at a time, read when they are asked for. */
    private final class Pages {
        private final String modelId;
        private InferenceQuery query;
        private @Nullable InferencePage first;
        private boolean ended;
        private int number;

        private Pages(String modelId, InferenceQuery query) {
            this.modelId = modelId;
            this.query = query;
            first = inferences.page(modelId, query, Budget.ofOneCall());
        }

        private @Nullable InferencePage next() {
            if (ended) {
                return null;
            }
            InferencePage page = first == null ? inferences.page(modelId, query, Budget.ofOneCall()) : first;
            first = null;
            number++;
            ended = page.next() == null;
            query = query.from(page.next());
            return page;
        }

        /** Of the page that was last read: names are only kept apart within one. */
        private String number() {
            return String.format("%05d", number);
        }

        private String folder(String in) {
            return in + number() + "/";
        }
    }

    private void download(Context call, String what, InferenceQuery query, Filling filling) throws IOException {
        try (Places.Place place = places.take(call)) {
            // The first page first: what is wrong with the call is an answer still.
            Pages pages = new Pages(InferencePath.modelId(call), query);
            call.header("Content-Type", "application/x-tar")
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Cache-Control", "private, no-store")
                    .header(
                            "Content-Disposition",
                            "attachment; filename=\"" + InferencePath.modelId(call) + "-" + what + ".tar\"");
            fill(call, filling, pages);
        }
    }

    /** An inference as it is by now. */
    private @Nullable StoredInference now(StoredInference before) {
        try {
            return inferences.read(
                    before.modelId(),
                    before.place().inferenceId(),
                    before.place().createdAt());
        } catch (NotFound gone) {
            return null;
        }
    }

    /** Nothing is closed after a failure: closing would put an end to the tar, and it would look whole. */
    private void fill(Context call, Filling filling, Pages pages) {
        try {
            TarDownload tar = new TarDownload(objects, this::now, call.res().getOutputStream());
            filling.fill(tar, pages);
            tar.close();
        } catch (IOException | RuntimeException | Error failed) {
            LOG.warn("{} was cut off", call.path(), failed);
            Connections.cutOff(call);
        }
    }
}
