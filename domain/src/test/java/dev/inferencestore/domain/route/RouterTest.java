package dev.inferencestore.domain.route;

import static dev.inferencestore.domain.format.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.Events;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterTest {
    private final Registry registry = new Registry();
    private final Router router = new Router(new Formats(), 10_000);

    @Test
    void anEventOfAnEnabledModelIsAcceptedInThePresentGeneration() {
        registry.apply(model("m", 5, 3, true, false));

        assertThat(router.route(Events.own("m", "{\"output\":1}"), registry))
                .isInstanceOfSatisfying(Decision.Accept.class, accept -> {
                    assertThat(accept.generation()).isEqualTo(3);
                    assertThat(accept.inferences()).hasSize(1);
                });
    }

    @Test
    void anEventNobodyWantsIsTurnedAwayBeforeItsBodyIsRead() {
        registry.apply(model("off", 5, 1, false, false));
        registry.apply(model("gone", 5, 1, true, true));

        assertThat(router.route(Events.own("off", "not json"), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.STORAGE_DISABLED, "off", 1));
        assertThat(router.route(Events.own("gone", "not json"), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.UNREGISTERED, "gone", 1));
        assertThat(router.route(Events.own("never seen", "not json"), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.UNREGISTERED, "never seen", 1));
    }

    @Test
    void aModelThatOnlyTheBodyNamesIsLookedUpToo() {
        String envelope = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\","
                + "\"type\":\"dev.inferencestore.inference\",\"data\":{\"model_id\":\"m\",\"output\":1}}";

        assertThat(router.route(Events.structured(envelope), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.UNREGISTERED, "m", 1));
        registry.apply(model("m", 1, 1, true, false));
        assertThat(router.route(Events.structured(envelope), registry)).isInstanceOf(Decision.Accept.class);
    }

    @Test
    void aHeaderAndABodyThatDisagreeAreADeadLetter() {
        registry.apply(model("m", 1, 1, true, false));

        assertThat(router.route(Events.own("m", "{\"model_id\":\"other\"}"), registry))
                .isInstanceOfSatisfying(Decision.DeadLetter.class, letter -> {
                    assertThat(letter.failure()).isEqualTo(Failure.MODEL_CONFLICT);
                    assertThat(letter.modelId()).isEqualTo("m");
                });
    }

    @Test
    void aTombstoneAndAGapAreTurnedAway() {
        assertThat(router.route(Events.record(null, null, List.of()), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.NO_VALUE, null, 1));
        assertThat(router.route(RawEvent.gap("t", 0, 10, 90), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.MISSING_IN_KAFKA, null, 90));
    }

    @Test
    void anEventOverTheLargestSizeIsADeadLetter() {
        registry.apply(model("m", 1, 1, true, false));

        assertThat(router.route(Events.own("m", "{\"output\":\"" + "x".repeat(10_000) + "\"}"), registry))
                .isInstanceOfSatisfying(Decision.DeadLetter.class, letter -> assertThat(letter.failure())
                        .isEqualTo(Failure.EVENT_TOO_LARGE));
    }

    @Test
    void anInputOverTheLargestIsRecordedWithoutItsBytes() {
        registry.apply(model("m", 1, 1, true, false));
        Router small = new Router(new Formats(), 10_000, 10);

        assertThat(small.route(Events.own("m", "{\"input\":{\"data\":\"12345678901\"},\"output\":7}"), registry))
                .isInstanceOfSatisfying(Decision.Accept.class, accept -> {
                    assertThat(accept.inferences().get(0).input().omitted().reason())
                            .isEqualTo(Omission.TOO_LARGE);
                    assertThat(accept.inferences().get(0).input().size()).isEqualTo(11);
                    assertThat(accept.inferences().get(0).output().isHere()).isTrue();
                });
    }

    @Test
    void whatAModelsRulesLeaveOutIsTurnedAway() {
        registry.apply(
                capturing("none", new CaptureRules(1, 0, true, true, List.of(), List.of(), List.of(), null, null)));
        registry.apply(
                capturing("input", new CaptureRules(1, 1, true, false, List.of(), List.of(), List.of(), null, null)));
        RawEvent response = Events.binary(
                "dev.inferencestore.inference.response", "text/plain", Events.utf8("said"), "ce_modelid", "input");

        assertThat(router.route(Events.own("none", "{\"output\":1}"), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.NOT_SAMPLED, "none", 1));
        assertThat(router.route(response, registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.NOT_CAPTURED, "input", 1));
    }

    @Test
    void aDeadLetterOfAModelWhoseRulesRedactShowsNothing() {
        registry.apply(capturing(
                "m", new CaptureRules(1, 1, true, true, List.of(), List.of("/input/x"), List.of(), null, null)));

        assertThat(router.route(Events.own("m", "{\"secret\":1}"), registry))
                .isInstanceOfSatisfying(Decision.DeadLetter.class, letter -> {
                    assertThat(letter.withheld()).isTrue();
                    assertThat(letter.detail()).doesNotContain("secret");
                });
    }

    @Test
    void whatTheStoreSentAgainIsNotStored() {
        registry.apply(model("m", 1, 1, true, false));
        RawEvent again = Events.binary(
                "dev.inferencestore.inference",
                "application/json",
                Events.utf8("{\"output\":1}"),
                "ce_modelid",
                "m",
                "ce_reemittedby",
                "a replay");

        RawEvent wrapped = Events.structured("""
                {"specversion":"1.0","type":"dev.inferencestore.inference","source":"/t","id":"a","modelid":"m",
                 "reemittedby":"a replay","datacontenttype":"application/json","data":{"output":1}}""");

        assertThat(router.route(again, registry)).isEqualTo(new Decision.TurnAway(TurnedAway.RE_EMITTED, null, 1));
        assertThat(router.route(wrapped, registry)).isEqualTo(new Decision.TurnAway(TurnedAway.RE_EMITTED, null, 1));
    }

    @Test
    void aReplayAsksByTheTimeOfTheEvent() {
        registry.apply(model("m", 1, 1, false, false));
        Router replay = new Router(new Formats(), 10_000);
        replay.admit((model, at) -> at < NOON.toEpochMilli() * 1000 ? TurnedAway.STORAGE_WAS_OFF : null);
        RawEvent early = Events.at(NOON.minusMillis(1), Events.own("m", "{\"output\":1}"));
        RawEvent ofAFile = Events.at(null, Events.own("m", "{\"created_at\":\"2026-03-01T11:59:00Z\"}"));

        assertThat(replay.route(Events.own("m", "{\"output\":1}"), registry)).isInstanceOf(Decision.Accept.class);
        assertThat(replay.route(early, registry)).isEqualTo(new Decision.TurnAway(TurnedAway.STORAGE_WAS_OFF, "m", 1));
        assertThat(replay.route(ofAFile, registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.STORAGE_WAS_OFF, "m", 1));
    }

    @Test
    void theHighestVersionOfAModelWinsInAnyOrder() {
        assertThat(registry.apply(model("m", 7, 1, false, false))).isTrue();
        assertThat(registry.apply(model("m", 6, 1, true, false))).isFalse();
        assertThat(registry.apply(model("m", 7, 1, true, false))).isFalse();

        assertThat(router.route(Events.own("m", "{\"output\":1}"), registry))
                .isEqualTo(new Decision.TurnAway(TurnedAway.STORAGE_DISABLED, "m", 1));
        assertThat(registry.version()).isEqualTo(7);
    }

    private static ControlRecord capturing(String id, CaptureRules rules) {
        return new ControlRecord(id, 1, 1, "p", "t", null, List.of(), true, false, null, rules);
    }

    private static ControlRecord model(String id, long version, long generation, boolean enabled, boolean deleted) {
        return new ControlRecord(id, version, generation, "p", "detection", null, List.of(), enabled, deleted, null);
    }
}
