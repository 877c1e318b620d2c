package dev.inferencestore.storage.retention;

import static dev.inferencestore.storage.retention.Action.CANCEL;
import static dev.inferencestore.storage.retention.Action.ERASE;
import static dev.inferencestore.storage.retention.Action.HARD_RUN;
import static dev.inferencestore.storage.retention.Action.LIFT_HOLD;
import static dev.inferencestore.storage.retention.Action.NO_POLICY;
import static dev.inferencestore.storage.retention.Action.PURGE;
import static dev.inferencestore.storage.retention.Action.REGISTER_AGAIN;
import static dev.inferencestore.storage.retention.Action.REPLACE_HOLD;
import static dev.inferencestore.storage.retention.Action.RESTORE;
import static dev.inferencestore.storage.retention.Action.SOFT_RUN;
import static dev.inferencestore.storage.retention.Action.UNREGISTERED;

import dev.inferencestore.domain.retention.DeleteAction;
import java.util.EnumSet;
import java.util.Set;

/** What must have happened to a model before two actions can meet there. */
final class Staging {
    /** Where only these meet there is no hold at all, so that the runs go whole hours at once. */
    private static final Set<Action> WITHOUT_HOLDS = EnumSet.of(
            Action.INSERT,
            Action.SHORTER,
            Action.LONGER,
            Action.SOFT_POLICY,
            NO_POLICY,
            CANCEL,
            RESTORE,
            HARD_RUN,
            SOFT_RUN,
            PURGE);

    private final Scene scene;
    private final Set<Action> pair;
    private boolean policy;

    private Staging(Scene scene, Set<Action> pair) {
        this.scene = scene;
        this.pair = pair;
    }

    static Scene stage(RetentionStore store, String model, Action one, Action other) throws Exception {
        Set<Action> pair = EnumSet.of(one, other);
        Scene scene = new Scene(store, model, !WITHOUT_HOLDS.containsAll(pair));
        new Staging(scene, pair).prepare();
        return scene;
    }

    private void prepare() {
        boolean job = pair.stream().anyMatch(Action::isJob);
        if (has(RESTORE) || has(PURGE)) {
            scene.runSoft();
            policy = true;
        }
        if (has(LIFT_HOLD) || has(REPLACE_HOLD)) {
            scene.hold(scene.store.database, Scene.OLD, scene.hours(0, 3));
            if (!job && !has(RESTORE) && !has(CANCEL)) {
                // So that there is something below the floors that only the hold keeps.
                hard();
                scene.store.work(scene.model);
            }
        }
        if (has(REGISTER_AGAIN) || has(UNREGISTERED)) {
            scene.unregister(scene.store.database);
            if (!has(UNREGISTERED)) {
                scene.store.work(scene.model);
            }
            return;
        }
        tasks(job);
    }

    private void tasks(boolean job) {
        if (has(HARD_RUN) || (has(CANCEL) && !job)) {
            hard();
        }
        if (has(SOFT_RUN)) {
            scene.manualPolicy(DeleteAction.SOFT);
            scene.addTask();
            policy = true;
        }
        if (has(PURGE)) {
            scene.addPurge();
        }
        if (has(NO_POLICY) && !policy) {
            scene.manualPolicy(DeleteAction.HARD);
        }
        if (has(ERASE)) {
            scene.addErase();
        }
    }

    private void hard() {
        scene.manualPolicy(DeleteAction.HARD);
        scene.addTask();
        policy = true;
    }

    private boolean has(Action action) {
        return pair.contains(action);
    }
}
