package dev.inferencestore.job.replay;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.replay.OffTimes;
import dev.inferencestore.domain.replay.ReplayAdmission;
import dev.inferencestore.domain.replay.ReplaySpec;
import dev.inferencestore.domain.route.Admission;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.route.PostgresRegistry;
import dev.inferencestore.job.route.RegistrySource;
import dev.inferencestore.storage.replay.StorageTimes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The registry as a replay sees it: asked for changes every second, since no control records come (a job that reads their
 * topic would never end), and together with the times in which storage was switched off.
 */
final class ReplayRegistry implements RegistrySource {
    private static final long serialVersionUID = 1L;
    private static final long EVERY_MILLIS = 1000;

    private final Database database;
    private final RegistrySource registry;
    private final @Nullable String onlyModel;
    private final boolean includeDisabled;
    private transient @Nullable Admission admission;

    ReplayRegistry(Database database, ReplaySpec.Replay spec) {
        this.database = database;
        this.registry = new PostgresRegistry(database);
        this.onlyModel = spec.modelId();
        this.includeDisabled = spec.includeDisabled();
    }

    @Override
    public List<ControlRecord> load(long after) throws Exception {
        List<ControlRecord> changed = registry.load(after);
        if (!changed.isEmpty()) {
            // Every switch of storage changes a record.
            admission = null;
        }
        return changed;
    }

    @Override
    public Admission admission() {
        if (admission == null) {
            admission = new ReplayAdmission(onlyModel, includeDisabled, offTimes());
        }
        return admission;
    }

    @Override
    public long refreshMillis() {
        return EVERY_MILLIS;
    }

    private OffTimes offTimes() {
        if (includeDisabled) {
            return OffTimes.NONE;
        }
        StorageTimes times = new StorageTimes(database.dataSource());
        return onlyModel == null ? times.load() : times.load(onlyModel);
    }
}
