package dev.inferencestore.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the checkpoint to go on from: {@code <directory>/<job>/chk-<number>}, complete when it has its metadata. */
final class LatestCheckpoint {
    private static final Pattern NAME = Pattern.compile("chk-(\\d{1,18})");
    private static final Path METADATA = Path.of("_metadata");

    private LatestCheckpoint() {}

    /** The complete checkpoint with the highest number, since a run counts on from where it resumed; of equals the newest. */
    static Optional<Path> in(Path directory) {
        try (Stream<Path> all = Files.walk(directory, 2)) {
            return all.filter(path -> number(path) >= 0 && Files.isRegularFile(path.resolve(METADATA)))
                    .max(Comparator.comparingLong(LatestCheckpoint::number).thenComparing(LatestCheckpoint::completed));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for checkpoints in " + directory + ".", e);
        }
    }

    private static long number(Path checkpoint) {
        Matcher name = NAME.matcher(checkpoint.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    private static FileTime completed(Path checkpoint) {
        try {
            return Files.getLastModifiedTime(checkpoint.resolve(METADATA));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the time of " + checkpoint + ".", e);
        }
    }
}
