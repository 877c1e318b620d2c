package dev.inferencestore.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestCheckpointTest {
    @TempDir
    Path directory;

    @Test
    void nothingIsFoundWhereNoRunWas() {
        assertThat(LatestCheckpoint.in(directory)).isEmpty();
    }

    @Test
    void theHighestCompleteNumberOfAllJobsIsFound() throws IOException {
        checkpoint("first/chk-9", 300);
        Path last = checkpoint("second/chk-10", 200);
        Files.createDirectories(directory.resolve("second/chk-11"));
        Files.createDirectories(directory.resolve("second/shared"));

        assertThat(LatestCheckpoint.in(directory)).hasValue(last);
    }

    @Test
    void ofTwoWithOneNumberTheNewerIsFound() throws IOException {
        checkpoint("a/chk-3", 100);
        Path newer = checkpoint("b/chk-3", 200);
        checkpoint("c/chk-3", 150);

        assertThat(LatestCheckpoint.in(directory)).hasValue(newer);
    }

    private Path checkpoint(String name, long completedAt) throws IOException {
        Path checkpoint = Files.createDirectories(directory.resolve(name));
        Path metadata = Files.createFile(checkpoint.resolve("_metadata"));
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(completedAt));
        return checkpoint;
    }
}
