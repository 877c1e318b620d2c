package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.refusal.Conflict;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a dry run and a preview say is what the real run then finds and removes. */
class DryRunTest extends RetentionTests {

    @ParameterizedTest
    @CsvSource({
        "HARD, 4:00, 4:00", "HARD, 4:30, 4:30", "HARD, 3:15, 4:45", "HARD, , 4:30", "HARD, 0:05, 9:00",
        "SOFT, 4:00, 4:00", "SOFT, 4:30, 4:30", "SOFT, 3:15, 4:45", "SOFT, , 4:30", "SOFT, 0:05, 9:00"
    })
    void theRealRunFindsTheSame(DeleteAction action, String records, String inputs) throws Exception {
        String model = "dry-" + action + "-" + (records + inputs).replace(":", "");
        fill(model);
        PolicyChange change = policy(model, action, time(records), time(inputs));

        Matched preview =
                store.policies.preview(model, change.policy().policy().terms()).matched();
        Task dry = store.run(model, new NewTask(true, null, null));
        assertThat(store.visible(model)).as("nothing is changed").isEqualTo(13);
        Task real = store.run(model, new NewTask(false, null, dry.taskId()));

        assertThat(preview.records()).isEqualTo(dry.figures().recordsMatched());
        assertThat(preview.blobs()).isEqualTo(dry.figures().blobsMatched());
        assertThat(preview.bytes()).isEqualTo(dry.figures().bytes());
        assertThat(preview.oldest()).isEqualTo(dry.figures().oldest());
        assertThat(real.cutoffs()).isEqualTo(dry.cutoffs());
        assertThat(real.figures().recordsMatched()).isEqualTo(dry.figures().recordsMatched());
        assertThat(real.figures().blobsMatched()).isEqualTo(dry.figures().blobsMatched());
        assertThat(real.figures().bytes()).isEqualTo(dry.figures().bytes());
        assertThat(real.figures().oldest()).isEqualTo(dry.figures().oldest());
        assertThat(real.figures().newest()).isEqualTo(dry.figures().newest());
        if (action == DeleteAction.HARD) {
            assertThat(real.figures().recordsDeleted()).isEqualTo(dry.figures().recordsMatched());
            assertThat(real.figures().blobsDeleted()).isEqualTo(dry.figures().blobsMatched());
            assertThat(13 - store.stored(model)).isEqualTo(dry.figures().recordsMatched());
        } else {
            assertThat(13 - store.visible(model)).isEqualTo(dry.figures().recordsMatched());
        }
        assertThat(store.sumsAreRight(model)).isTrue();
    }

    @Test
    void whatIsHiddenAlreadyIsNotFoundAgain() throws Exception {
        fill("second");
        policy("second", DeleteAction.SOFT, time("2:30"));
        store.run("second");
        policy("second", DeleteAction.SOFT, time("4:30"));

        Task dry = store.run("second", new NewTask(true, null, null));
        Task real = store.run("second", new NewTask(false, null, dry.taskId()));

        assertThat(real.figures()).isEqualTo(dry.figures());
        assertThat(real.figures().oldest()).isAfter(time("2:30"));
    }

    @Test
    void aHardDryRunFindsWhatIsOnlyHidden() throws Exception {
        fill("hidden");
        policy("hidden", DeleteAction.SOFT, time("4:30"));
        Task soft = store.run("hidden");
        policy("hidden", DeleteAction.HARD, time("4:30"));

        Task dry = store.run("hidden", new NewTask(true, null, null));

        assertThat(dry.figures().recordsMatched()).isEqualTo(soft.figures().recordsMatched());
    }

    @Test
    void aDryRunOfAnotherPolicyIsNotTaken() throws Exception {
        fill("other");
        policy("other", DeleteAction.HARD, time("2:30"));
        Task dry = store.run("other", new NewTask(true, null, null));
        Task real = store.run("other", new NewTask(false, null, null));
        policy("other", DeleteAction.HARD, time("3:30"));

        assertThatThrownBy(() -> store.tasks.create("other", new NewTask(false, null, dry.taskId()), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("the policy was changed since dry run '" + dry.taskId());
        assertThatThrownBy(() -> store.tasks.create("other", new NewTask(false, null, real.taskId()), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("is no dry run that is complete");
    }

    @Test
    void aPreviewOfTermsThatKeepAllFindsNothing() throws Exception {
        fill("keeps");
        Matched matched = store.policies
                .preview("keeps", new PolicyTerms(null, null, DeleteAction.HARD, 0))
                .matched();

        assertThat(matched).isEqualTo(new Matched(0, 0, 0, null, null, 0));
    }

    private Instant time(String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(":", -1);
        return at(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /** Rows of several writers and hours, without inputs, with large outputs, stored twice and conflicting. */
    private void fill(String model) throws Exception {
        store.register(model);
        writer.store(
                model,
                Event.at("a", at(0, 10)),
                Event.at("b", at(2, 0)),
                Event.at("c", at(2, 59)).withoutInput(),
                Event.at("d", at(3, 10)).largeOutput(),
                Event.at("e", at(3, 20)).largeOutput().withoutInput(),
                Event.at("f", at(4, 10)));
        writer.store(
                model,
                1,
                Event.at("g", at(4, 10)),
                Event.at("h", at(4, 20)),
                Event.at("i", at(4, 40)).largeOutput());
        writer.store(model, 2, Event.at("j", at(4, 50)), Event.at("k", at(5, 0)));
        writer.store(model, 3, Event.at("l", at(10, 0)).withoutInput(), Event.at("m", at(10, 10)));
        writer.store(
                model, 2, Event.at("g", at(4, 10)), Event.at("a", at(0, 10)).conflicting());
    }
}
