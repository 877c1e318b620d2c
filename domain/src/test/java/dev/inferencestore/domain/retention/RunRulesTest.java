package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRulesTest {

    @ParameterizedTest(name = "made with version 3, now {1}, asked to cancel {0}: {2}")
    @CsvSource({
        "false, 3, ",
        "false, 4, policy changed",
        "false, 2, policy changed",
        "false, ,  policy deleted",
        "true,  3, cancelled on request",
        "true,  4, cancelled on request",
        "true,  ,  cancelled on request",
    })
    void aTaskGoesOnUnderThePolicyThatItWasMadeWith(boolean cancel, Long version, String why) {
        PolicyTerms terms = new PolicyTerms(null, null, DeleteAction.HARD, 0);
        RetentionPolicy policy = version == null ? null : new RetentionPolicy("p", version, terms, 0, false);

        assertThat(RunRules.stop(cancel, 3L, policy).orElse(null)).isEqualTo(why);
    }
}
