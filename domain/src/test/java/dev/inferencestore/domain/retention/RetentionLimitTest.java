package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionLimitTest {
    private static final RetentionLimit TWO_AND_ONE = new RetentionLimit(7200, 3600);

    @ParameterizedTest(name = "records {0}, inputs {1}, every {2}: {3}")
    @CsvSource({
        "7200, 3600, 60,   ''",
        "3600, 3600, 1,    ''",
        "0,    0,    9999, ''",
        "7201, 3600, 60,   maximum_record_age",
        "7200, 3601, 60,   maximum_blob_age",
        "7201, 3601, 60,   maximum_record_age maximum_blob_age",
        ",     3600, 60,   maximum_record_age",
        ",     ,     60,   maximum_record_age maximum_blob_age",
        "7200, 3600, 0,    automated_interval",
        ",     ,     0,    maximum_record_age maximum_blob_age automated_interval",
    })
    void aPolicyIsWithinItOrEveryFieldSaysWhyNot(Long records, Long inputs, long interval, String fields) {
        var broken = TWO_AND_ONE.brokenBy(new PolicyTerms(records, inputs, DeleteAction.SOFT, interval));

        assertThat(String.join(
                        " ", broken.stream().map(PolicyTerms.Broken::field).toList()))
                .isEqualTo(fields);
        assertThat(broken).allMatch(each -> each.rule().startsWith("must be "));
    }

    @ParameterizedTest(name = "records {0}, inputs {1}: {2}")
    @CsvSource({"3600, 3600, ''", "3601, 3600, ''", "0, 0, ''", "3599, 3600, maximum_record_age"})
    void recordsMayStayAtLeastAsLongAsInputs(long records, long inputs, String field) {
        assertThat(String.join(
                        " ",
                        new RetentionLimit(records, inputs)
                                .broken().stream()
                                        .map(PolicyTerms.Broken::field)
                                        .toList()))
                .isEqualTo(field);
    }

    @Test
    void theLimitIsSaidInHours() {
        var broken = new RetentionLimit(7200, 1800).brokenBy(new PolicyTerms(7201L, null, DeleteAction.HARD, 0));

        assertThat(broken)
                .extracting(PolicyTerms.Broken::rule)
                .containsExactly(
                        "must be at most 2 hours, the retention limit of the project",
                        "must be given and be at most 0.5 hours, the retention limit of the project: null keeps for ever",
                        "must be above 0: the project has a retention limit (records 2 hours, inputs 0.5 hours), which"
                                + " nothing but automated runs enforces");
    }
}
