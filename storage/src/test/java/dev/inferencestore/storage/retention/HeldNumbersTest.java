package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What previews, dry runs and tasks say of a model with holds is what is then gone, and what is kept back. */
class HeldNumbersTest extends HoldTests {

    /** Two ranges of time that overlap, and ids in both of them, in one, and in none. */
    @ParameterizedTest(name = "{0} up to {1} and {2}")
    @CsvSource({
        "HARD, 5:30, 5:30", "HARD, 4:00, 5:00", "HARD, 2:15, 5:15", "HARD, , 4:15", "HARD, 0:00, 9:00",
        "SOFT, 5:30, 5:30", "SOFT, 4:00, 5:00", "SOFT, 2:15, 5:15", "SOFT, , 4:15", "SOFT, 0:00, 9:00",
    })
    void aDryRunSaysWhatARunDoes(DeleteAction action, String records, String inputs) throws Exception {
        String model = "dry-" + action + "-" + (records + inputs).replace(":", "");
        fill(model);
        placeMany(model);
        policy(model, action, time(records), time(inputs));
        HeldModel should = expected(model);

        Task dry = store.run(model, new NewTask(true, null, null));
        Matched preview = store.policies
                .preview(
                        model, store.policies.find(model).orElseThrow().policy().terms())
                .matched();
        isAsExpected(model);
        HeldModel after = should.copy();
        after.remove(dry.cutoffs());
        Task real = store.run(model, new NewTask(false, null, dry.taskId()));

        for (Task task : new Task[] {dry, real}) {
            assertThat(task.figures().recordsMatched()).isEqualTo(after.recordsGone);
            assertThat(task.figures().blobsMatched()).isEqualTo(after.inputsGone);
            assertThat(task.figures().bytes()).isEqualTo(after.bytesGone);
            assertThat(task.held()).isEqualTo(should.held(dry.cutoffs()));
            assertThat(task.figures().oldest()).isEqualTo(end(should, after, -1));
            assertThat(task.figures().newest()).isEqualTo(end(should, after, 1));
        }
        assertThat(preview)
                .isEqualTo(new Matched(
                        after.recordsGone,
                        after.inputsGone,
                        after.bytesGone,
                        dry.figures().oldest(),
                        dry.figures().newest(),
                        dry.held()));
        if (action == DeleteAction.HARD) {
            assertThat(real.figures().recordsDeleted()).isEqualTo(after.recordsGone);
            assertThat(real.figures().blobsDeleted()).isEqualTo(after.inputsGone);
            should.remove(real.cutoffs());
        }
        isAsExpected(model);
    }

    @Test
    void theyAreExactAgainWhenRunsFollowOneAnother() throws Exception {
        fill("follow");
        placeMany("follow");
        for (String cutoff : new String[] {"2:15", "3:30", "5:05", "5:30"}) {
            long records = expected("follow").recordsGone;
            long inputs = expected("follow").inputsGone;
            policy("follow", DeleteAction.HARD, time(cutoff), time(cutoff));
            Task dry = store.run("follow", new NewTask(true, null, null));

            Task task = remove("follow");

            assertThat(task.figures().recordsDeleted()).isEqualTo(expected("follow").recordsGone - records);
            assertThat(task.figures().blobsDeleted()).isEqualTo(expected("follow").inputsGone - inputs);
            assertThat(dry.figures().recordsMatched()).isEqualTo(task.figures().recordsDeleted());
            assertThat(dry.figures().blobsMatched()).isEqualTo(task.figures().blobsDeleted());
            assertThat(task.held()).isEqualTo(expected("follow").held(task.cutoffs()));
            assertThat(dry.held()).isEqualTo(task.held());
            isAsExpected("follow");
        }
    }

    /** The hours that a cutoff or a hold cuts are counted by rows, which name segments that are gone. */
    @ParameterizedTest
    @CsvSource({"5:30, 5:00-5:35", "6:00, 5:00-5:35", "6:00, 5:00-6:00", "5:30, 4:00-5:25"})
    void anInputThatWasGoneWhenTheHoldWasPlacedIsNotHeld(String cutoff, String held) throws Exception {
        String model = "gone-" + (cutoff + held).replace(":", "");
        fill(model);
        remove(model, time("0:30"), time("5:15"));
        String[] ends = held.split("-", -1);
        hold(model, "h", time(time(ends[0]), time(ends[1])));
        policy(model, DeleteAction.HARD, time("0:30"), time(cutoff));

        Task dry = store.run(model, new NewTask(true, null, null));
        Task task = remove(model);

        assertThat(task.held()).isEqualTo(expected(model).held(task.cutoffs()));
        assertThat(dry.held()).isEqualTo(task.held());
        isAsExpected(model);
    }

    @Test
    void aRunWithoutHoldsHoldsNothingBack() throws Exception {
        fill("none");
        hold("none", "h", ids("l"));
        assertThat(remove("none", at(5, 30)).held()).isZero();
        lift("none", "h");
        assertThat(remove("none", at(7, 0)).held()).isZero();
        isAsExpected("none");
    }

    private void placeMany(String model) {
        hold(model, "h", time(time("2:15"), time("4:15")));
        hold(model, "i", time(time("4:00"), time("5:05")));
        hold(model, "j", ids("a", "e", "h", "j", "l"));
        hold(model, "k", ids("a", "g"));
    }

    /** The time of the oldest (-1) or newest (1) of those that lose a record or an input. */
    private static Instant end(HeldModel before, HeldModel after, int which) {
        return before.records.stream()
                .filter(id -> !after.records.contains(id) || before.inputs.contains(id) != after.inputs.contains(id))
                .map(id -> before.offered.get(id).time())
                .max((one, other) -> which * one.compareTo(other))
                .orElse(null);
    }

    private Instant time(String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":", -1);
        return at(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
}
