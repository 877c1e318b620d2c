package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplaySource;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.replay.ReplaySpecCodec;
import dev.inferencestore.storage.registration.ModelChange;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.retention.RequestKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/** Switches storage on together with the replay of the time before, in one transaction. */
public final class Backfills {
    private final ModelRegistry registry;

    public Backfills(DataSource database) {
        registry = new ModelRegistry(database);
    }

    /** The model as it is now, and the replay. */
    public record Started(ModelChange change, ReplayRun run) {}

    /** What is replayed: the model's topics, from a time. */
    public static ReplaySpec spec(String modelId, Instant since) {
        return new ReplaySpec.Replay(
                modelId, new ReplaySource.Topics(List.of(), since, null, List.of()), null, false, null);
    }

    /**
     * Switches storage on, and makes the replay, which is submitted when the switch is in effect. Where storage is on
     * already, since this was asked for before, the replay is the one that was made then.
     *
     * @return empty where the model is not registered
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Optional<Started> enable(String modelId, Instant since, Precondition precondition, String actor) {
        return registry.switchStorage(modelId, true, precondition, actor, (handle, change) -> {
            ReplaySpec spec = spec(modelId, since);
            NewReplay wanted = new NewReplay(spec, actor, true, change.model().version());
            return new Started(
                    change, Replays.create(handle, wanted, key(handle, spec)).run());
        });
    }

    /** A call that comes again, as one whose answer was lost, finds the model switched on by the same switch. */
    private static RequestKey key(Handle handle, ReplaySpec spec) {
        String modelId = spec.modelId();
        long switched = handle.createQuery(SwitchSql.LAST_ENABLED)
                .bind("modelId", modelId)
                .mapTo(Long.class)
                .one();
        byte[] asked = ReplaySpecCodec.encode(spec).getBytes(StandardCharsets.UTF_8);
        String name = "backfill " + switched + " " + new String(asked, StandardCharsets.UTF_8);
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new RequestKey(id.toString(), asked);
    }
}
