package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How late removal is does not count what holds keep, nor what they left. */
class HeldIsNotLateTest extends HoldTests {

    @Test
    void whatIsHeldBelowTheFloorIsNeverLate() throws Exception {
        fill("held");
        hold("held", "h", ids("c", "i", "j"));
        hourly("held", DeleteAction.HARD, at(5, 30));
        ran("held");
        // The hour that the floor cuts has what is held below the floor, and what is above it.
        store.policy("held", ageTo(at(5, 35)), ageTo(at(5, 35)), DeleteAction.HARD, Duration.ofHours(1));
        assertThat(late("held")).isZero();

        for (String table : new String[] {"inferences WHERE created_at", "model_hours WHERE hour"}) {
            store.execute("DELETE FROM " + table + " >= '" + at(5, 30) + "' AND model_id = 'held'");
        }
        store.policy("held", ageTo(at(9, 0)), ageTo(at(9, 0)), DeleteAction.HARD, Duration.ofHours(1));
        assertThat(late("held")).as("nothing but what is held is left").isZero();
    }

    @Test
    void whatStandsBesideItIsAsLateAsItIs() throws Exception {
        fill("beside");
        hold("beside", "h", ids("i", "j"));
        hourly("beside", DeleteAction.HARD, at(5, 30));
        ran("beside");
        store.policy("beside", ageTo(at(6, 0)), ageTo(at(6, 0)), DeleteAction.HARD, Duration.ofHours(1));

        assertThat(late("beside")).as("k is 20 minutes past its time").isBetween(1199.0, 1260.0);
        ran("beside");
        assertThat(late("beside")).isZero();
    }

    @Test
    void aSliceOfWhatWasLeftBehindIsNotLate() throws Exception {
        fill("left");
        hold("left", "h", ids("c", "i", "j"));
        hourly("left", DeleteAction.HARD, at(5, 30));
        ran("left");
        lift("left", "h");
        due("left");
        store.plan("left");
        // One slice of inputs, then one of records.
        try (Owner owner = new Owner(store, "left", AtStep.dies(RunListener.Step.CLAIMED, 2))) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        assertThat(store.number("SELECT count(*) FROM retention_claims WHERE model_id = 'left' AND kind = 'records'"))
                .isEqualTo(1);

        assertThat(late("left")).isZero();
        endLease("left");
        store.work("left");
        expected("left").remove(floors("left").hard());
        isAsExpected("left");
    }

    private void ran(String model) {
        due(model);
        store.plan(model);
        store.work(model);
        expected(model).remove(floors(model).hard());
    }

    /** Of this model alone, which is the only one with automated runs. */
    private double late(String model) {
        store.execute("UPDATE retention_policies SET paused = model_id <> '" + model + "'");
        return store.planner.lateness(RetentionStore.micros(Instant.now())).secondsPastCutoff();
    }
}
