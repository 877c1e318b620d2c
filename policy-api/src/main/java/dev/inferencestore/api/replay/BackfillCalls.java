package dev.inferencestore.api.replay;

import dev.inferencestore.api.ApiOptions;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelChange;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.replay.Backfills;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Switching storage on for a time that has passed. */
public final class BackfillCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillCalls.class);

    private final Settings settings;
    private final ModelRegistry registry;
    private final Backfills backfills;
    private final KafkaReach kafka;
    private final ReplayWatching watching;
    private final Clock clock;

    public BackfillCalls(
            Settings settings, DataSource database, KafkaReach kafka, ReplayWatching watching, Clock clock) {
        this.settings = settings;
        this.registry = new ModelRegistry(database);
        this.backfills = new Backfills(database);
        this.kafka = kafka;
        this.watching = watching;
        this.clock = clock;
    }

    /** The model as it is now, and what stores the time before. */
    public record Enabled(ModelChange change, Backfill backfill) {}

    /** Whether it is a time that has passed. */
    public boolean isPast(Instant since) {
        return since.isBefore(clock.instant());
    }

    /**
     * Switches storage on, and starts a replay from a time to when that is in effect. Asked for again while storage is on,
     * it is the same replay.
     *
     * @throws NotFound where the model is not registered
     * @throws dev.inferencestore.api.http.ProblemException 409 where no Flink is configured; nothing is switched then
     */
    public Enabled enable(String modelId, Instant since, Precondition precondition, String actor) {
        ReplaySpec spec = Backfills.spec(modelId, since);
        Model model = registry.find(modelId).orElseThrow(() -> NotFound.model(modelId));
        ReplayCalls.requireFlink(settings, spec);
        Backfills.Started started =
                backfills.enable(modelId, since, precondition, actor).orElseThrow(() -> NotFound.model(modelId));
        watching.wake();
        return new Enabled(started.change(), backfill(started.run().replayId(), model, since));
    }

    private Backfill backfill(String replayId, Model model, Instant since) {
        Set<String> topics = new TreeSet<>(Set.of(settings.get(ApiOptions.KAFKA_INFERENCES_TOPIC)));
        model.registration().sources().forEach(source -> topics.addAll(SourceFormat.topics(source)));
        try {
            KafkaReach.Reach reach = kafka.of(topics, clock.instant());
            return new Backfill(replayId, since, reach.from(), note(reach, since));
        } catch (ExecutionException | TimeoutException failure) {
            LOG.warn("Kafka does not say how far back it reaches: {}", failure.toString());
            return new Backfill(replayId, since, null, "Kafka did not say how far back it reaches");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Backfill(replayId, since, null, "Kafka was not asked how far back it reaches");
        }
    }

    private static @Nullable String note(KafkaReach.Reach reach, Instant since) {
        StringBuilder note = new StringBuilder();
        if (reach.from() == null) {
            note.append("Kafka has no events of that time. ");
        } else if (reach.deleted() && since.isBefore(reach.from())) {
            note.append("Kafka has not kept all events from before ")
                    .append(reach.from())
                    .append(": of that time only what it still has is stored. ");
        }
        if (!reach.missing().isEmpty()) {
            note.append("There is no topic ")
                    .append(String.join(", ", reach.missing()))
                    .append(". ");
        }
        return note.isEmpty() ? null : note.toString().strip();
    }
}
