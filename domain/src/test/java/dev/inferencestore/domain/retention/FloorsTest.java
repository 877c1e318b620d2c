package dev.inferencestore.domain.retention;

import static dev.inferencestore.domain.retention.Cutoffs.KEEP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is hidden, claimed and shown again, told in hours of a day. */
class FloorsTest {
    private final List<Hiding> hidings = new ArrayList<>();
    private Floors floors = new Floors(Cutoffs.NONE, Cutoffs.NONE);

    @Test
    void aRestoreOfTheFirstOfTwoShowsAll() {
        Hiding first = soft(8);
        Hiding second = soft(10);

        assertThat(second.from()).isEqualTo(both(8));
        restore(first, second);

        assertThat(floors.visible()).isEqualTo(Cutoffs.NONE);
    }

    @Test
    void aRestoreOfTheSecondLeavesTheFirst() {
        soft(8);
        restore(soft(10));

        assertThat(floors.visible()).isEqualTo(both(8));
    }

    @Test
    void aLongerPolicyShowsAndItsPurgeTakesTheLower() {
        Hiding task = soft(10);
        setPolicy(both(6));

        assertThat(floors.visible()).isEqualTo(both(6));
        assertThat(RunRules.purge(hidings.get(0).upTo(), policy(2), hour(9))).isEqualTo(both(6));
        assertThat(RunRules.purge(hidings.get(0).upTo(), policy(4), hour(9))).isEqualTo(both(5));
        assertThat(task.isLost(floors.hard())).isFalse();
    }

    @Test
    void aShorterPolicyHidesNothingByItself() {
        soft(10);
        setPolicy(both(12));

        assertThat(floors.visible()).isEqualTo(both(10));
    }

    @Test
    void aPolicyThatIsRemovedShowsAllAndLeavesNothingToPurge() {
        soft(10);
        setPolicy(Cutoffs.NONE);

        assertThat(floors.visible()).isEqualTo(Cutoffs.NONE);
        assertThat(RunRules.purge(hidings.get(0).upTo(), policy(2), hour(20))).isEqualTo(Cutoffs.NONE);
        assertThat(RunRules.purge(both(10), null, hour(20))).isEqualTo(Cutoffs.NONE);
    }

    @Test
    void aPolicyThatKeepsRecordsOnlyShowsRecordsOnly() {
        soft(10);
        setPolicy(new Cutoffs(KEEP, hour(9)));

        assertThat(floors.visible()).isEqualTo(new Cutoffs(KEEP, hour(9)));
    }

    @Test
    void whatAHardRunTookIsLostToARestore() {
        Hiding soft = soft(10);
        floors = floors.hide(both(6)).claim(inputs(4));

        assertThat(soft.isLost(floors.hard())).isTrue();
        assertThat(floors.visible()).as("what the SOFT run hid stays hidden").isEqualTo(both(10));
        restore(soft);
        assertThat(floors.visible()).isEqualTo(inputs(4));
    }

    @Test
    void whatWasGoneBeforeATaskIsNoLossToIt() {
        floors = floors.claim(both(6));
        Hiding soft = soft(10);

        assertThat(soft.from()).isEqualTo(both(6));
        assertThat(soft.isLost(floors.hard())).isFalse();
        assertThat(soft.isLost(new Cutoffs(hour(6), hour(6) + 1))).isTrue();
        assertThat(soft.isLost(new Cutoffs(hour(6) + 1, hour(6)))).isTrue();
    }

    @Test
    void aTaskThatHidesNoRecordsLosesNone() {
        Hiding inputsOnly = new Hiding("t", Cutoffs.NONE, inputs(10));

        assertThat(inputsOnly.isLost(new Cutoffs(hour(5), KEEP))).isFalse();
        assertThat(inputsOnly.isLost(inputs(1))).isTrue();
    }

    @Test
    void aRunThatIsCancelledHalfWayShowsWhatItDidNotClaim() {
        floors = floors.hide(both(10)).claim(inputs(6)).show(List.of());

        assertThat(floors).isEqualTo(new Floors(inputs(6), inputs(6)));
    }

    @Test
    void aRunThatIsCancelledLeavesWhatSoftRunsHide() {
        soft(8);
        floors = floors.hide(both(10)).claim(inputs(6)).show(List.of(both(8)));

        assertThat(floors).isEqualTo(new Floors(both(8), inputs(6)));
    }

    @Test
    void whatIsClaimedIsHidden() {
        assertThat(floors.claim(both(5)).visible()).isEqualTo(both(5));
        assertThat(floors.claim(both(5)).hide(both(3)).visible()).isEqualTo(both(5));
        assertThatThrownBy(() -> new Floors(both(4), both(5))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatComesLateBelowASoftFloorIsStored() {
        assertThat(new Floor(1, hour(4), hour(6)).judge(1, hour(5), Floor.NEVER))
                .isEqualTo(Floor.Verdict.STORE_WITHOUT_INPUT);
        assertThat(new Floor(1, KEEP, KEEP).judge(1, hour(5), Floor.NEVER)).isEqualTo(Floor.Verdict.STORE);
        assertThat(new Floor(1, hour(6), hour(6)).judge(1, hour(6), Floor.NEVER))
                .isEqualTo(Floor.Verdict.STORE);
        assertThat(new Floor(1, hour(6), hour(6)).judge(1, hour(6) - 1, Floor.NEVER))
                .isEqualTo(Floor.Verdict.REFUSE_FLOOR);
    }

    private Hiding soft(int hour) {
        Hiding hiding = new Hiding("t" + hidings.size(), floors.visible(), both(hour));
        floors = floors.hide(hiding.upTo());
        hidings.add(hiding);
        return hiding;
    }

    private void restore(Hiding... undone) {
        hidings.removeAll(List.of(undone));
        floors = floors.show(hidings.stream().map(Hiding::upTo).toList());
    }

    private void setPolicy(Cutoffs cutoffs) {
        hidings.replaceAll(hiding -> hiding.keeping(cutoffs));
        floors = floors.show(hidings.stream().map(Hiding::upTo).toList());
    }

    private static RetentionPolicy policy(long ageHours) {
        PolicyTerms terms = new PolicyTerms(ageHours * 3600, ageHours * 3600, DeleteAction.SOFT, 0);
        return new RetentionPolicy("p", 1, terms, 0, false);
    }

    private static Cutoffs both(int hour) {
        return new Cutoffs(hour(hour), hour(hour));
    }

    private static Cutoffs inputs(int hour) {
        return new Cutoffs(KEEP, hour(hour));
    }

    private static long hour(int hour) {
        return hour * 3_600_000_000L;
    }
}
