package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.storage.access.AccessReader;
import dev.inferencestore.storage.deadletter.DeadLetterReplays;
import dev.inferencestore.storage.topic.SourceTopics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;

/** Sends the events of dead letters again, after a fix. */
public final class DeadLetterReplayCalls {
    private final DeadLetters letters;
    private final DeadLetterReplays replays;
    private final SourceTopics sources;
    private final AccessReader access;
    private final Body body;

    public DeadLetterReplayCalls(DataSource database, DeadLetters letters, Body body) {
        this.letters = letters;
        this.body = body;
        replays = new DeadLetterReplays(database);
        sources = new SourceTopics(database);
        access = new AccessReader(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.post(DeadLetterCalls.PATH + "/replay", this::replay, Role.WRITER);
    }

    private void replay(Context call) {
        Query query = new Query(call);
        String cursor = query.cursor(Gathering.CURSOR);
        query.done();
        ReplayBody wanted = ReplayBody.read(body.read(call));
        if (!cursor.isEmpty() && Gathering.isOfIds(cursor) == wanted.ids().isEmpty()) {
            query.error("cursor", "must be the next_cursor of a call with the same body");
            query.done();
        }
        VisibleLetters visible = VisibleLetters.of(call, Role.WRITER, access);
        DeadLetters.answering(
                call, () -> letters.alone(() -> Json.answer(call, 200, replay(call, wanted, visible, cursor))));
    }

    private ReplayOutcome.View replay(Context call, ReplayBody wanted, VisibleLetters visible, String cursor) {
        Replaying replaying = new Replaying(replays, wanted.again());
        ReplayTopics topics = new ReplayTopics(letters.settings(), sources);
        Gathered gathered = letters.read((reader, partitions) -> {
            Gathering gathering = new Gathering(reader, partitions, visible);
            LetterFilter filter = wanted.filter();
            Gathered found = filter == null ? gathering.of(wanted.ids(), cursor) : gathering.of(filter, cursor);
            replaying.prepare(reader, topics, found);
            if (!wanted.dryRun()) {
                forgetRemoved(reader, partitions);
            }
            return found;
        });
        ReplayOutcome outcome = wanted.dryRun()
                ? replaying.dryRun(gathered)
                : replaying.publish(gathered, letters.producer(), Caller.of(call));
        return view(wanted.dryRun(), outcome);
    }

    private void forgetRemoved(TopicReader reader, List<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            replays.forgetBefore(partition.partition(), reader.range(partition).begin());
        }
    }

    private static ReplayOutcome.View view(boolean dryRun, ReplayOutcome outcome) {
        return new ReplayOutcome.View(
                dryRun,
                outcome.matched(),
                outcome.replayed(),
                outcome.skipped(),
                outcome.cannot().entrySet().stream()
                        .map(each -> new ReplayOutcome.CannotView(
                                each.getKey().text(),
                                each.getValue().code(),
                                each.getValue().sentence()))
                        .toList(),
                outcome.next() == null ? null : Query.cursorAfter(outcome.next()),
                outcome.lookedUntil());
    }
}
