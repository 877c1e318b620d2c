package dev.inferencestore.benchmark.erase;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.benchmark.Api;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Sender;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** The trial of erasing: all that one subject sent is erased from among a great many, and looked for in every object. */
public final class Erase {
    private static final Option<String> MODEL =
            Option.text("model", "The model of the trial.").or("erase-trial");
    private static final Option<String> PREFIX = Option.text(
                    "prefix", "What the keys of the store's objects begin with, without a slash at its end.")
            .or("inputs");
    private static final Option<Integer> RECORDS =
            Option.integer("records", 1, 100_000_000, "Inferences to send.").or("1000000");
    private static final Option<Integer> SUBJECTS = Option.integer(
                    "subjects", 1, 100_000_000, "Subjects that sent them by turns; one is erased.")
            .or("1000");
    private static final Option<Long> SIZE =
            Option.bytes("size", 16, 1024 * 1024, "Bytes of each input.").or("1 KiB");
    private static final Option<Integer> HOURS = Option.integer(
                    "hours", 1, 24 * 365, "Hours of event time that they are spread over.")
            .or("24");
    private static final Option<List<Integer>> ERASED = new Option<>(
                    "erased",
                    "numbers with commas between them",
                    Erase::numbers,
                    null,
                    false,
                    false,
                    "Which subjects: the last one is erased now, those before it were.")
            .or("7");
    private static final Option<Duration> DEADLINE = Option.duration(
                    "deadline", Duration.ofSeconds(1), "The longest to wait for one thing.")
            .or("30min");
    private static final Option<Set<String>> PHASES = new Option<>(
                    "phases", "some of send, erase, prove", Erase::phases, null, false, false, "What is done.")
            .or("send,erase,prove");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final String STORED =
            "SELECT coalesce(sum(records), 0), count(DISTINCT hour) FROM model_hours WHERE model_id = ?";

    private final LocalRun store;
    private final Connection connection;
    private final Report report;
    private final Api api;
    private final EraseLoad load;
    private final Duration patience;

    private Erase(LocalRun store, Connection connection, Report report, EraseLoad load, Duration patience) {
        this.store = store;
        this.connection = connection;
        this.report = report;
        this.api = new Api(store);
        this.load = load;
        this.patience = patience;
    }

    public static void run(String[] arguments, Report report) throws Exception {
        List<Option<?>> options = new ArrayList<>(LocalRun.OPTIONS);
        options.addAll(List.of(MODEL, PREFIX, RECORDS, SUBJECTS, SIZE, HOURS, ERASED, DEADLINE, PHASES));
        Settings settings = Settings.read(options, arguments, Map.of());
        LocalRun store = LocalRun.of(settings);
        EraseLoad load = new EraseLoad(
                settings.get(MODEL),
                settings.get(RECORDS),
                settings.get(SIZE).intValue(),
                settings.get(SUBJECTS),
                settings.get(HOURS),
                11);
        List<Integer> subjects = settings.get(ERASED);
        int subject = subjects.get(subjects.size() - 1);
        int[] erased = subjects.stream()
                .flatMapToInt(each -> Arrays.stream(load.of(each)))
                .toArray();
        Set<String> phases = settings.get(PHASES);
        try (Connection connection = store.connect()) {
            Erase trial = new Erase(store, connection, report, load, settings.get(DEADLINE));
            if (phases.contains("send")) {
                trial.send();
            }
            if (phases.contains("erase")) {
                trial.erase(subject, erased.length);
            }
            if (phases.contains("prove")) {
                new EraseProof(store, connection, report).prove(load, erased, settings.get(PREFIX));
            }
        }
    }

    private void send() throws Exception {
        new ModelsApi(store).ensure(load.model(), true);
        Instant now = Instant.now();
        long start = System.nanoTime();
        try (Sender sender = new Sender(store)) {
            for (int number = 0; number < load.records(); number++) {
                sender.send(load.event(number, now));
            }
            sender.flush();
        }
        while (stored()[0] < load.records()) {
            checkPatience(start, "the last row");
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        report.line("stored %,d inferences of %,d bytes in %,d hours of event time, in %.0f s: %,.0f a second"
                .formatted(load.records(), load.size(), stored()[1], seconds, load.records() / seconds));
    }

    private void erase(int subject, int gone) throws IOException, InterruptedException, SQLException {
        String filter = "\"filter\":{\"metadata\":{\"subject\":\"" + load.subject(subject) + "\"}}";
        int[] erased = load.of(subject);
        JsonNode dry = task("dry run", "{" + filter + ",\"dry_run\":true}");
        report.equal(
                "the dry run counts",
                (long) erased.length,
                dry.path("records").path("matched").asLong());
        JsonNode done = task("erase", "{\"dry_run_id\":\"" + dry.path("id").asText() + "\"}");
        report.equal(
                "records erased",
                (long) erased.length,
                done.path("records").path("deleted").asLong());
        report.equal(
                "inputs erased",
                (long) erased.length,
                done.path("blobs").path("deleted").asLong());
        report.equal(
                "bytes erased",
                (long) erased.length * load.size(),
                done.path("blobs").path("bytes").asLong());
        report.line("objects read and rewritten: %,d, deleted whole: %,d; bytes overwritten in them: %,d"
                .formatted(
                        done.path("objects_rewritten").asLong(),
                        done.path("objects_deleted").asLong(),
                        done.path("bytes_overwritten").asLong()));
        report.equal("rows by the sums of hours", (long) load.records() - gone, stored()[0]);
    }

    /** Asks for an erase and waits until it has ended. */
    private JsonNode task(String what, String body) throws IOException, InterruptedException {
        long start = System.nanoTime();
        JsonNode task = api.require("POST", "models/" + load.model() + "/inferences/erase", body);
        String path =
                "models/" + load.model() + "/retention-tasks/" + task.path("id").asText();
        while (Set.of("pending", "running").contains(task.path("state").asText())) {
            checkPatience(start, "the end of the " + what);
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            task = api.require("GET", path, "");
        }
        report.line("%s: %.2f s from POST to its end".formatted(what, (System.nanoTime() - start) / 1e9));
        report.equal(what + " ends", "complete", task.path("state").asText());
        return task;
    }

    private void checkPatience(long start, String what) {
        if (System.nanoTime() - start > patience.toNanos()) {
            throw new IllegalStateException(what + " has not come in " + patience);
        }
    }

    private long[] stored() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STORED)) {
            statement.setString(1, load.model());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new long[] {row.getLong(1), row.getLong(2)};
            }
        }
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.trim().split("\\s*,\\s*", -1))
                .map(Integer::valueOf)
                .toList();
    }

    private static Set<String> phases(String text) {
        Set<String> phases = new TreeSet<>(Arrays.asList(text.trim().split("\\s*,\\s*", -1)));
        if (!Set.of("send", "erase", "prove").containsAll(phases)) {
            throw new IllegalArgumentException("must be some of send, erase, prove, with commas between them");
        }
        return phases;
    }
}
