package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class InterleavingsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "interleavings.md");

    @Test
    void thePageListsWhatIsTested() throws IOException {
        if (Boolean.getBoolean("interleavings.write")) {
            Files.writeString(PAGE, InterleavingsPage.written());
        }

        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/interleavings.md is stale: run mvn -pl storage -am test -Dtest=InterleavingsPageTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dinterleavings.write=true and commit it")
                .isEqualTo(InterleavingsPage.written());
    }

    @Test
    void everyTestHasANameOfItsOwn() {
        assertThat(Interleavings.all()).extracting(Interleaving::test).doesNotHaveDuplicates();
    }
}
