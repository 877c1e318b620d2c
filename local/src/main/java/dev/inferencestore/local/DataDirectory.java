package dev.inferencestore.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a run keeps everything: a directory that stays, or a temporary one that is deleted at the end. */
record DataDirectory(Path root, boolean temporary) implements AutoCloseable {

    static DataDirectory of(Optional<String> named) {
        try {
            Path root = named.isPresent()
                    ? Files.createDirectories(
                            Path.of(named.get()).toAbsolutePath().normalize())
                    : Files.createTempDirectory("inference-store-");
            DataDirectory data = new DataDirectory(root, named.isEmpty());
            Files.createDirectories(data.checkpoints());
            Files.createDirectories(data.scratch());
            return data;
        } catch (IOException e) {
            throw new StartFailure("The data directory cannot be made: " + e + ". Name one that can with --data DIR.");
        }
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path s3() {
        return root.resolve("s3");
    }

    Path checkpoints() {
        return root.resolve("checkpoints");
    }

    Path log() {
        return root.resolve("local.log");
    }

    /** For what Flink needs only while it runs. */
    Path scratch() {
        return root.resolve("scratch");
    }

    /** Deletes what is not to stay. */
    @Override
    public void close() {
        delete(temporary ? root : scratch());
    }

    private static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + directory + ": delete it by hand.", e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
