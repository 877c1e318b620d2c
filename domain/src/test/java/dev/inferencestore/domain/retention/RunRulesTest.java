package dev.inferencestore.domain.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRulesTest {

    @ParameterizedTest(name = "made with version {1}, now {2}, asked to cancel {0}: {3}")
    @CsvSource({
        "false, 3, 3, ",
        "false, 3, 4, policy changed",
        "false, 3, 2, policy changed",
        "false, 3, ,  policy deleted",
        "true,  3, 3, cancelled on request",
        "true,  3, 4, cancelled on request",
        "true,  3, ,  cancelled on request",
        "false, ,  3, ",
        "false, ,  ,  ",
        "true,  ,  3, cancelled on request",
        "true,  ,  ,  cancelled on request",
    })
    void aTaskGoesOnUnderThePolicyThatItWasMadeWith(boolean cancel, Long madeWith, Long version, String why) {
        PolicyTerms terms = new PolicyTerms(null, null, DeleteAction.HARD, 0);
        RetentionPolicy policy = version == null ? null : new RetentionPolicy("p", version, terms, 0, false);

        assertThat(RunRules.stop(cancel, madeWith, policy).orElse(null)).isEqualTo(why);
    }
}
