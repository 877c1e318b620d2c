package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What tells whether the guide is true. */
class GuideTest {
    private static final String SHOWN = "{\"id\":\"…\",\n \"state\":\"complete\",…}\n";

    @Test
    void whatDiffersFromTimeToTimeMayDifferAndTheRestMayNot() {
        Guide.Step step = new Guide.Step("", SHOWN);

        assertThat(step.matches("{\"id\":\"1\",\"state\":\"complete\",\"error\":null}"))
                .isTrue();
        assertThat(step.matches("{\"id\":\"1\",\"state\":\"failed\",\"error\":null}"))
                .isFalse();
        assertThat(step.matches("")).isFalse();
        assertThat(step.matches("Oops {\"id\":\"1\",\"state\":\"complete\",\"error\":null}"))
                .isFalse();
    }

    @Test
    void whereNothingIsShownTheApiMustNotComplain() {
        Guide.Step step = new Guide.Step("", "");

        assertThat(step.matches("{\"id\":\"1\"}")).isTrue();
        assertThat(step.matches("{\"type\":\"urn:inference-store:problem:invalid\"}"))
                .isFalse();
    }

    @Test
    void everyStepIsShownInBothLanguages() throws Exception {
        List<Guide.Step> shell = Guide.in("sh").steps();

        assertThat(Guide.in("python").steps()).hasSameSizeAs(shell);
    }
}
