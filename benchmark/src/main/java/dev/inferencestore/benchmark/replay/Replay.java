package dev.inferencestore.benchmark.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.benchmark.Api;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Requests;
import dev.inferencestore.benchmark.Sender;
import dev.inferencestore.benchmark.Topics;
import dev.inferencestore.benchmark.exactness.TableHash;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The trial of replays: events that came while storage was not on yet are stored by one, a second one changes nothing, nor
 * does one after half of them were removed for good; what is left is sent to a topic.
 */
public final class Replay {
    private static final Option<Integer> EVENTS =
            Option.integer("events", 2, 100_000_000, "Events to send.").or("100000");
    private static final Option<Long> SIZE =
            Option.bytes("size", 8, 1024 * 1024, "Bytes of each input.").or("1 KiB");
    private static final Option<Duration> DEADLINE = Option.duration(
                    "deadline", Duration.ofSeconds(1), "The longest to wait for one thing.")
            .or("15min");
    private static final Duration HALF = Duration.ofHours(12);

    private final Runs runs;
    private final Api api;
    private final ModelsApi models;
    private final LocalRun store;
    private final Report report;
    private final String model;
    private final int events;
    private final int size;

    private Replay(LocalRun store, Report report, Settings settings) {
        this.store = store;
        this.report = report;
        api = new Api(store);
        models = new ModelsApi(store);
        model = "replay-" + System.currentTimeMillis();
        runs = new Runs(api, settings.get(DEADLINE));
        events = settings.get(EVENTS);
        size = settings.get(SIZE).intValue();
    }

    /** Runs it. */
    public static void run(String[] arguments, Report report) throws Exception {
        List<Option<?>> options = new ArrayList<>(LocalRun.OPTIONS);
        options.addAll(List.of(EVENTS, SIZE, DEADLINE));
        Settings settings = Settings.read(options, arguments, Map.of());
        new Replay(LocalRun.of(settings), report, settings).run();
    }

    private void run() throws Exception {
        models.ensure(model, false);
        long bytes = send();
        runs.await(
                "models/" + model + "/ingest",
                "every event turned away",
                answer -> sum(answer.path("turned_away")) == events);
        models.ensure(model, true);
        report.line("sent    %,d events, %,d bytes, all turned away by the running job: storage was not on yet"
                .formatted(events, bytes));

        JsonNode summary = replay("first replay");
        report.equal(
                "the first replay stores", (long) events, summary.path("stored").asLong());
        List<String> stored = hashes("after the first");

        summary = replay("second replay");
        report.equal(
                "the second finds there",
                (long) events,
                summary.path("already_there").asLong());
        report.equal("it stores", 0L, summary.path("stored").asLong());
        report.equal("all rows of all tables as before", stored, hashes("after the second"));

        long removed = remove();
        List<String> left = hashes("after the HARD run");
        summary = replay("third replay");
        report.equal("the third refuses what was removed", removed, sum(summary.path("refused")));
        report.equal(
                "it finds there",
                events - removed,
                summary.path("already_there").asLong());
        report.equal("it stores nothing again", 0L, summary.path("stored").asLong());
        report.equal("all rows of all tables as after the run", left, hashes("after the third"));

        reEmit(events - removed);
    }

    /** Half of them, about, are older than what the policy will keep. */
    private long send() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        SplittableRandom random = new SplittableRandom(5);
        try (Sender sender = new Sender(store)) {
            for (int number = 0; number < events; number++) {
                byte[] input = new byte[size];
                random.nextBytes(input);
                sender.send(Requests.event(
                        model,
                        model + "-" + number,
                        input,
                        now.minusMillis(random.nextLong(HALF.multipliedBy(2).toMillis()))));
            }
            sender.flush();
            return sender.bytes();
        }
    }

    private JsonNode replay(String what) throws Exception {
        Runs.Done done =
                runs.replay("{\"kind\":\"replay\",\"model_id\":\"" + model + "\",\"source\":{\"kind\":\"topic\"}}");
        report.line("%s: %.2f s from POST to its end, %.2f s of them after Flink had begun: %,.0f events/s; %s"
                .formatted(
                        what,
                        done.seconds(),
                        done.ran(),
                        events / done.ran(),
                        done.answer().path("summary")));
        report.equal(what + " ends", "complete", done.answer().path("state").asText());
        return done.answer().path("summary");
    }

    /** How many a HARD run removed. */
    private long remove() throws Exception {
        api.require(
                "PUT",
                "models/" + model + "/retention-policy",
                "{\"maximum_record_age\":%d,\"maximum_blob_age\":%d,\"delete_action\":\"HARD\",\"automated_interval\":0}"
                        .formatted(HALF.toHours(), HALF.toHours()));
        String tasks = "models/" + model + "/retention-tasks";
        String id = api.require("POST", tasks, "{}").path("id").asText();
        JsonNode task = runs.await(tasks + "/" + id, "the end of the HARD run", Runs::hasEnded);
        long removed = task.path("records").path("deleted").asLong();
        report.line("the HARD run of %d hours removed %,d records".formatted(HALF.toHours(), removed));
        return removed;
    }

    private void reEmit(long left) throws Exception {
        try (Topics topics = new Topics(store)) {
            String topic = topics.create(model);
            Runs.Done done = runs.replay("{\"kind\":\"re_emit\",\"model_id\":\"" + model + "\",\"topic\":\"" + topic
                    + "\",\"pace\":\"fastest\"}");
            report.line(
                    "re-emission: %.2f s from POST to its end, %.2f s of them after Flink had begun: %,.0f events/s; %s"
                            .formatted(
                                    done.seconds(),
                                    done.ran(),
                                    left / done.ran(),
                                    done.answer().path("summary")));
            report.equal("it ends", "complete", done.answer().path("state").asText());
            report.equal(
                    "it sends", left, done.answer().path("summary").path("sent").asLong());
            report.equal("on the topic are", left, topics.records(topic));
        }
    }

    private List<String> hashes(String when) throws Exception {
        List<String> hashes = new TableHash(store, report).hashes();
        report.line(when + ": " + String.join(", ", hashes));
        return hashes;
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }
}
