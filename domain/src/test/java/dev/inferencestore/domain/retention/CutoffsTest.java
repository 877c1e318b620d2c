package dev.inferencestore.domain.retention;

import static dev.inferencestore.domain.retention.Cutoffs.KEEP;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutoffsTest {
    private static final long NOW = 1_772_366_400_123_456L;

    @Test
    void aPolicyLetsGoWhatIsOlderThanItsAges() {
        assertThat(at(7200L, 3600L)).isEqualTo(new Cutoffs(NOW - 7_200_000_000L, NOW - 3_600_000_000L));
        assertThat(at(0L, 0L)).isEqualTo(new Cutoffs(NOW, NOW));
        assertThat(at(null, 1L)).isEqualTo(new Cutoffs(KEEP, NOW - 1_000_000L));
        assertThat(at(null, null)).isEqualTo(Cutoffs.NONE);
        assertThat(Cutoffs.at(null, NOW)).isEqualTo(Cutoffs.NONE);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 3, 4", "3, 2, 1, 4", "1, 4, 3, 2", "3, 4, 1, 2", "1, 2, 1, 2"})
    void lowerAndHigherTakeEachByItself(long a, long b, long c, long d) {
        Cutoffs one = new Cutoffs(a, b);
        Cutoffs other = new Cutoffs(c, d);

        assertThat(one.lower(other)).isEqualTo(new Cutoffs(Math.min(a, c), Math.min(b, d)));
        assertThat(one.higher(other)).isEqualTo(new Cutoffs(Math.max(a, c), Math.max(b, d)));
        assertThat(one.lower(other).within(one.higher(other))).isTrue();
        assertThat(one.within(other)).isEqualTo(a <= c && b <= d);
    }

    @Test
    void nothingIsBelowKeep() {
        assertThat(Cutoffs.NONE.higher(new Cutoffs(1, 2))).isEqualTo(new Cutoffs(1, 2));
        assertThat(Cutoffs.NONE.lower(new Cutoffs(1, 2))).isEqualTo(Cutoffs.NONE);
        assertThat(Cutoffs.NONE.within(Cutoffs.NONE)).isTrue();
    }

    private static Cutoffs at(Long records, Long inputs) {
        return Cutoffs.at(new PolicyTerms(records, inputs, DeleteAction.HARD, 0), NOW);
    }
}
