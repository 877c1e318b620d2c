package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.hold.HoldScope;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever removes leaves what is held, byte by byte, takes the rest, and says how much of both. */
class HeldStaysTest extends HoldTests {
    private enum How {
        HARD_RUN,
        PURGE
    }

    @ParameterizedTest(name = "{1} up to {2} and {3}, held {0}")
    @CsvSource({
        "model,       HARD_RUN, 5:30, 5:30, 'a b c d e f g h i j k l', 'a b c d e f h i j k l'",
        "model,       PURGE,    5:30, 5:30, 'a b c d e f g h i j k l', 'a b c d e f h i j k l'",
        "2:15-5:15,   HARD_RUN, 5:30, 5:30, 'e f g h i k l',           'e f h i k l'",
        "2:15-5:15,   PURGE,    5:30, 5:30, 'e f g h i k l',           'e f h i k l'",
        "2:00-3:00,   HARD_RUN, 5:30, 5:30, 'd e k l',                 'd e k l'",
        "5:00-5:20,   HARD_RUN, 5:30, 5:30, 'i k l',                   'i k l'",
        "5:35-7:00,   HARD_RUN, 5:30, 5:30, 'k l',                     'k l'",
        "9:00-10:00,  HARD_RUN, 5:30, 5:30, 'k l',                     'k l'",
        "a e g j,     HARD_RUN, 5:30, 5:30, 'a e g j k l',             'a e j k l'",
        "a e g j,     PURGE,    5:30, 5:30, 'a e g j k l',             'a e j k l'",
        "a b,         HARD_RUN, 6:00, 6:00, 'a b l',                   'a b l'",
        "2:15-5:15,   HARD_RUN, 2:30, 5:30, 'e f g h i j k l',         'e f h i k l'",
        "2:15-5:15,   PURGE,    ,     5:30, 'a b c d e f g h i j k l', 'e f h i k l'",
        "a e g j,     HARD_RUN, 2:30, 5:30, 'a e f g h i j k l',       'a e j k l'",
        "k l,         HARD_RUN, 5:30, 5:30, 'k l',                     'k l'",
    })
    void whatIsHeldStays(String held, How how, String records, String inputs, String left, String leftInputs)
            throws Exception {
        String model = (how + "-" + held + "-" + records).replaceAll("[: ]", "");
        fill(model);
        hold(model, "h", scope(held));
        HeldModel should = expected(model);

        Task task =
                how == How.HARD_RUN ? remove(model, at(records), at(inputs)) : purged(model, at(records), at(inputs));

        assertThat(records(model)).isEqualTo(left);
        assertThat(inputs(model)).isEqualTo(leftInputs);
        isAsExpected(model);
        assertThat(task.figures().recordsDeleted()).isEqualTo(should.recordsGone);
        assertThat(task.figures().recordsMatched()).isEqualTo(should.recordsGone);
        assertThat(task.figures().blobsDeleted()).isEqualTo(should.inputsGone);
        assertThat(task.figures().blobsMatched()).isEqualTo(should.inputsGone);
        assertThat(task.figures().bytes()).isEqualTo(should.bytesGone);
        assertThat(task.held()).isEqualTo(should.held(task.cutoffs()));
        Cutoffs hard = floors(model).hard();
        assertThat(hard).as("the hard floor rises past what is held").isEqualTo(task.cutoffs());
        assertThat(store.run(model).figures().recordsDeleted())
                .as("nothing is left for another run")
                .isZero();
        isAsExpected(model);
    }

    private Task purged(String model, Instant records, Instant inputs) {
        policy(model, DeleteAction.SOFT, records, inputs);
        Task soft = store.run(model);
        assertThat(soft.held()).isEqualTo(expected(model).held(soft.cutoffs()));
        isAsExpected(model);
        purge(model);
        Task purge = only(model, "trigger = 'purge'");
        assertThat(purge.state()).as(purge.error()).isEqualTo(TaskState.COMPLETE);
        expected(model).remove(purge.cutoffs());
        assertThat(soft.figures().recordsMatched()).isEqualTo(expected(model).recordsGone);
        assertThat(soft.figures().blobsMatched()).isEqualTo(expected(model).inputsGone);
        assertThat(store.tasks.read(model, soft.taskId()).figures().recordsDeleted())
                .isEqualTo(expected(model).recordsGone);
        return purge;
    }

    private HoldScope scope(String text) {
        if (text.equals("model")) {
            return HoldScope.model();
        }
        String[] ends = text.split("-", -1);
        return ends.length == 2 ? time(at(ends[0]), at(ends[1])) : ids(text.split(" ", -1));
    }

    private Instant at(String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":", -1);
        return at(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
}
