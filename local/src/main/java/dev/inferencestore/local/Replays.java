package dev.inferencestore.local;

import dev.inferencestore.job.InferenceStoreJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Has the API submit replays to this run's Flink, with the jar that users submit, where that was built. */
final class Replays {
    private static final String SUBMITTED = "job-*-all.jar";

    private Replays() {}

    static void wire(Wiring wiring, Ports ports, DataDirectory data) {
        jar().ifPresent(jar -> wiring.with("replay.flink-url", "http://127.0.0.1:" + ports.flink())
                .with("replay.jar", jar.toString())
                .with("replay.job-arguments", "--config \"" + wiring.fileForJobs(data.scratch()) + "\"")
                .with("replay.max-running", "1"));
    }

    /** Beside the job's classes, or the jar of them. */
    private static Optional<Path> jar() {
        try {
            Path classes = Path.of(InferenceStoreJob.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> found = Files.find(
                    classes.getParent(),
                    1,
                    (path, attributes) -> attributes.isRegularFile()
                            && classes.getFileSystem()
                                    .getPathMatcher("glob:" + SUBMITTED)
                                    .matches(path.getFileName()))) {
                return found.findFirst();
            }
        } catch (URISyntaxException | IOException failure) {
            throw new UncheckedIOException(
                    "Cannot look for the jar of the job.", new IOException(failure.getMessage(), failure));
        }
    }
}
