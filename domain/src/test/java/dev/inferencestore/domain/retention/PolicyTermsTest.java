package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTermsTest {
    private static final long LEAST = 60;

    @ParameterizedTest(name = "records {0}, inputs {1}, every {2}: {3}")
    @CsvSource({
        ",     ,     0,    ",
        ",     0,    0,    ",
        ",     3600, 0,    ",
        "0,    0,    0,    ",
        "3600, 3600, 0,    ",
        "3601, 3600, 0,    ",
        "3600, 0,    60,   ",
        "3600, ,     0,    maximum_blob_age",
        "0,    ,     0,    maximum_blob_age",
        "3599, 3600, 0,    maximum_record_age",
        "0,    1,    0,    maximum_record_age",
        ",     ,     1,    automated_interval",
        ",     3600, 59,   automated_interval",
        "0,    0,    3600, ",
    })
    void agesGoTogetherOrAFieldSaysWhyNot(Long records, Long inputs, long interval, String field) {
        PolicyTerms terms = new PolicyTerms(records, inputs, DeleteAction.HARD, interval);

        assertThat(terms.broken(LEAST).stream().map(PolicyTerms.Broken::field))
                .isEqualTo(field == null ? java.util.List.of() : java.util.List.of(field));
        assertThat(terms.broken(LEAST)).allMatch(broken -> broken.rule().startsWith("must be "));
    }

    @Test
    void everyBrokenRuleIsSaid() {
        assertThat(new PolicyTerms(1L, 2L, DeleteAction.SOFT, 59).broken(LEAST))
                .extracting(PolicyTerms.Broken::field)
                .containsExactly("maximum_record_age", "automated_interval");
        assertThat(new PolicyTerms(null, null, DeleteAction.SOFT, 59)
                        .broken(LEAST)
                        .get(0)
                        .rule())
                .contains("60 seconds");
    }
}
