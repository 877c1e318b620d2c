package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "options.md");

    @Test
    void thePageOfOptionsSaysWhatTheOptionsSay() throws IOException {
        if (Boolean.getBoolean("options.write")) {
            Files.writeString(PAGE, OptionsPage.written());
        }

        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/options.md is stale: run mvn -pl local -am test -Dtest=OptionsPageTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Doptions.write=true and commit it")
                .isEqualTo(OptionsPage.written());
    }
}
