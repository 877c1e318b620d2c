package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which inferences a filter means, and that a dry run says so before. */
class EraseByFilterTest extends EraseTests {

    @Test
    void byIdsInMoreBatchesThanOne() throws Exception {
        store.register("ids");
        writer.store(
                "ids",
                IntStream.range(0, 11)
                        .mapToObj(i -> Event.at("ids-" + (char) ('a' + i), at(1 + i / 4, i)))
                        .toArray(Event[]::new));

        Task end = erase("ids", ids("ids-k", "ids-a", "ids-b", "ids-c", "ids-f", "ids-g", "ids-h", "ids-i"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(8);
        isGone("ids", "ids-a", "ids-b", "ids-c", "ids-f", "ids-g", "ids-h", "ids-i", "ids-k");
        assertThat(intact("ids")).containsExactly("ids-d", "ids-e", "ids-j");
        assertThat(receipt(end)).hasSize(8).allMatch(item -> item.records() == 1 && item.inputs() == 1);
    }

    @Test
    void byTimeAllHalvesOfWhatBeginsOrEndsInIt() throws Exception {
        store.register("time");
        writer.store(
                "time",
                Event.request("time-a", at(1, 0)),
                Event.response("time-a", at(2, 30)),
                Event.at("time-b", at(1, 59)),
                Event.at("time-c", at(2, 0)),
                Event.at("time-d", at(3, 0)));

        Task end = erase("time", between(at(2, 0), at(3, 0)));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(3);
        isGone("time", "time-a", "time-c");
        assertThat(intact("time")).containsExactly("time-b", "time-d");
    }

    @Test
    void byActionAlsoTheHalfThatDoesNotHaveIt() throws Exception {
        store.register("action");
        writer.store(
                "action",
                Event.request("action-a", at(1, 0)),
                Event.response("action-a", at(1, 1)).action("classify"),
                Event.at("action-b", at(1, 2)));

        erase("action", action("classify"));

        isGone("action", "action-a");
        assertThat(intact("action")).containsExactly("action-b");
    }

    @Test
    void byMetadataHoweverDeepAndHoweverLongTheNumber() throws Exception {
        store.register("meta");
        writer.store(
                "meta",
                Event.at("meta-a", at(1, 0))
                        .metadata("{\"n\":12345678901234567890.123,\"u\":{\"v\":[1,{\"w\":\"x\"}]}}"),
                Event.at("meta-b", at(1, 1))
                        .metadata("{\"n\":12345678901234567890.124,\"u\":{\"v\":[1,{\"w\":\"y\"}]}}"),
                Event.at("meta-c", at(1, 2)).metadata("{\"n\":12345678901234567890,\"u\":{\"v\":[{\"w\":\"x\"}]}}"));

        Task number = erase("meta", metadata("{\"n\":12345678901234567890.123}"));
        assertThat(intact("meta")).containsExactly("meta-b", "meta-c");
        Task nested = erase("meta", metadata("{\"u\":{\"v\":[{\"w\":\"x\"}]}}"));

        isGone("meta", "meta-a", "meta-c");
        assertThat(intact("meta")).containsExactly("meta-b");
        assertThat(nested.figures().recordsDeleted()).isEqualTo(1);
        assertThat(RetentionJson.task(number).get("filter").toString())
                .isEqualTo("{\"metadata\":{\"n\":12345678901234567890.123}}");
    }

    @Test
    void byAllOfItWhichOneHalfMustMeet() throws Exception {
        store.register("all");
        writer.store(
                "all",
                Event.request("all-a", at(1, 0)).metadata("{\"user\":7}"),
                Event.response("all-a", at(1, 1)).action("other"),
                Event.request("all-b", at(1, 2)).metadata("{\"user\":7}").action("other"),
                Event.at("all-c", at(2, 0)).metadata("{\"user\":7}").action("other"),
                Event.at("all-d", at(1, 3)).metadata("{\"user\":8}").action("other"));

        InferenceFilter filter = new InferenceFilter(
                List.of("all-a", "all-b", "all-c", "all-d"),
                RetentionStore.micros(at(1, 0)),
                RetentionStore.micros(at(2, 0)),
                "other",
                "{\"user\":7}");
        erase("all", filter);

        isGone("all", "all-b");
        assertThat(intact("all")).containsExactly("all-a", "all-c", "all-d");
    }

    @Test
    void aDryRunSaysWhatARunWithItThenDoes() throws Exception {
        store.register("dry");
        writer.store(
                "dry",
                Event.request("dry-a", at(1, 0)).metadata("{\"user\":7}"),
                Event.response("dry-a", at(1, 1)),
                Event.at("dry-b", at(2, 0)).metadata("{\"user\":7}").largeOutput(),
                Event.at("dry-b", at(5, 0)),
                Event.at("dry-c", at(2, 0)).withoutInput().metadata("{\"user\":7}"),
                Event.at("dry-d", at(3, 0)).metadata("{\"user\":7}"),
                Event.response("dry-d", at(3, 1)),
                Event.at("dry-e", at(3, 0)));
        hold("dry", "dry-d");

        Task dry = dryRun("dry", metadata("{\"user\":7}"));
        assertThat(intact("dry")).as("nothing is erased").hasSize(5);
        assertThat(dry.held()).isEqualTo(2);
        assertThat(dry.figures().oldest()).isEqualTo(at(1, 0));
        assertThat(dry.figures().newest()).isEqualTo(at(5, 0));
        Task real = erasures.erase("dry", new Erasures.Request(null, false, true, dry.taskId()), "ann");
        store.work("dry");
        real = complete(real);

        assertThat(real.dryRunId()).isEqualTo(dry.taskId());
        assertThat(real.figures().recordsDeleted())
                .isEqualTo(5)
                .isEqualTo(dry.figures().recordsMatched());
        assertThat(real.figures().blobsDeleted())
                .isEqualTo(3)
                .isEqualTo(dry.figures().blobsMatched());
        assertThat(real.figures().bytes()).isEqualTo(dry.figures().bytes());
        assertThat(real.held()).isEqualTo(dry.held());
        isGone("dry", "dry-a", "dry-b", "dry-c");
        assertThat(intact("dry")).containsExactly("dry-d", "dry-e");
    }

    @Test
    void onlyADryRunOfThisModelThatIsCompleteGivesItsFilter() throws Exception {
        storeSix("fits");
        storeSix("fits-not");
        Task open = erasures.erase("fits", new Erasures.Request(ids("a"), true, false, null), "ann");
        Task real = ask("fits", ids("b"));

        assertThatThrownBy(() -> ofDryRun("fits", open.taskId())).isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> ofDryRun("fits", real.taskId())).isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> ofDryRun("fits-not", open.taskId())).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> ofDryRun("fits", null)).isInstanceOfSatisfying(Invalid.class, invalid -> assertThat(
                        invalid.rules().get(0).field())
                .isEqualTo("filter"));
        store.work("fits");
        ofDryRun("fits", open.taskId());
        assertThat(tasks("fits", "state = 'pending'")).isEqualTo(1);
        assertThat(tasks("fits-not", "true")).isZero();
    }

    @Test
    void anEmptyFilterAndUnknownIdsAreRefused() throws Exception {
        storeSix("refused");

        assertThatThrownBy(() -> ask("refused", ids()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("must not be empty");
        assertThatThrownBy(() -> ask("refused", ids("a", "zz", "b", "yy")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("yy, zz")
                .hasMessageNotContaining("a,");
        assertThatThrownBy(() -> ask("never", ids("a"))).isInstanceOf(NotFound.class);
        assertThat(tasks("refused", "true")).isZero();
    }

    @Test
    void whatHardlyAnythingMeetsIsLookedForInParts() throws Exception {
        store.register("rare");
        Event[] events = IntStream.range(0, 350)
                .mapToObj(i -> Event.at("rare-" + i, at(i / 50, i % 50))
                        .withoutInput()
                        .metadata(i % 170 == 3 ? "{\"user\":7}" : "{}"))
                .toArray(Event[]::new);
        writer.store("rare", events);

        Task end = erase("rare", metadata("{\"user\":7}"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(3);
        isGone("rare", "rare-3", "rare-173", "rare-343");
        assertThat(store.stored("rare")).isEqualTo(347);
    }

    @Test
    void aFilterThatMeansNothingEndsWithNothing() throws Exception {
        storeSix("none");

        Task end = erase("none", action("nobody did this"));

        assertThat(complete(end).figures().recordsDeleted()).isZero();
        assertThat(receipt(end)).isEmpty();
        assertThat(intact("none")).hasSize(6);
    }

    private Task ofDryRun(String model, String dryRunId) {
        return erasures.erase(model, new Erasures.Request(null, false, false, dryRunId), "ann");
    }
}
