package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** What may meet: a flush, what people ask for, and what the job does. */
enum Action {
    INSERT("an insert"),
    ERASE_REQUEST("asking for an erase"),
    HOLD_IDS("a hold on ids"),
    HOLD_TIME("a hold on a time"),
    HOLD_MODEL("a hold on the model"),
    REPLACE_HOLD("replacing a hold"),
    LIFT_HOLD("lifting a hold"),
    SHORTER("a shorter policy"),
    LONGER("a longer policy"),
    SOFT_POLICY("a SOFT policy"),
    NO_POLICY("deleting the policy"),
    CANCEL("a cancel"),
    RESTORE("a restore"),
    UNREGISTER("unregistering"),
    REGISTER_AGAIN("registering again"),
    HARD_RUN("a HARD run"),
    SOFT_RUN("a SOFT run"),
    PURGE("a purge"),
    ERASE("an erase"),
    UNREGISTERED("erasing the unregistered");

    private final String text;

    Action(String text) {
        this.text = text;
    }

    /** As the list of interleavings calls it. */
    String text() {
        return text;
    }

    /** Whether it is a visit of the job, of which a model has one at a time. */
    boolean isJob() {
        return compareTo(HARD_RUN) >= 0;
    }

    /** Does it; says whether it was refused, and by what. */
    String run(Scene scene, DataSource database) throws Exception {
        try {
            act(scene, database);
            return "done";
        } catch (NotFound | Conflict | Invalid refused) {
            return "refused: " + refused.getClass().getSimpleName();
        }
    }

    private void act(Scene scene, DataSource database) throws Exception {
        switch (this) {
            case INSERT -> scene.insert(database);
            case ERASE_REQUEST -> scene.erase(database, false);
            case HOLD_IDS -> scene.hold(database, "new", HoldScope.inferences(List.of("erase", "first")));
            case HOLD_TIME -> scene.hold(database, "new", scene.hours(0, 3));
            case HOLD_MODEL -> scene.hold(database, "new", HoldScope.model());
            case REPLACE_HOLD -> scene.hold(database, Scene.OLD, HoldScope.inferences(List.of("first")));
            case LIFT_HOLD -> scene.lift(database);
            case SHORTER -> automated(scene, database, DeleteAction.HARD, 4, 20);
            case LONGER -> automated(scene, database, DeleteAction.HARD, 0, 15);
            case SOFT_POLICY -> automated(scene, database, DeleteAction.SOFT, 2, 40);
            case NO_POLICY -> new RetentionPolicies(database).delete(scene.model, Precondition.none(), "ann");
            case CANCEL -> scene.cancel(database);
            case RESTORE -> scene.restore(database);
            case UNREGISTER -> scene.unregister(database);
            case REGISTER_AGAIN -> registerAgain(scene, database);
            default -> scene.visit(database);
        }
    }

    private static void automated(Scene scene, DataSource database, DeleteAction action, int hour, int minute) {
        scene.policy(database, action, scene.at(hour, minute), scene.at(hour, minute), Duration.ofHours(1));
    }

    private static void registerAgain(Scene scene, DataSource database) {
        Registration anew = new Registration(scene.model, "p", "again", null, List.of());
        new ModelRegistry(database).register(anew, Precondition.none(), "ann");
    }
}
