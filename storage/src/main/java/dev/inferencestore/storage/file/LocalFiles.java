package dev.inferencestore.storage.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Files of the machine, or of what is mounted there. Links are not followed, wherever in a path they stand: they could
 * lead out of what may be read.
 */
final class LocalFiles implements FileAccess {
    static final String SCHEME = "file:";

    @Override
    public List<Found> list(String path) throws IOException {
        Path local = local(path);
        try {
            refuseLinks(local);
            if (!path.endsWith("/")) {
                if (Files.isDirectory(local)) {
                    throw new BrokenFileException(
                            path + " is a directory: end it with a slash to mean all below", null);
                }
                return Stream.of(found(local)).filter(file -> file.size() > 0).toList();
            }
            try (Stream<Path> below = Files.walk(local)) {
                return below.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .map(LocalFiles::foundUnchecked)
                        .filter(file -> file.size() > 0)
                        .sorted(Comparator.comparing(Found::path))
                        .toList();
            }
        } catch (UncheckedIOException failed) {
            throw failure(path, Objects.requireNonNull(failed.getCause()));
        } catch (IOException failed) {
            throw failure(path, failed);
        }
    }

    @Override
    public InputStream open(Found file, long from) throws IOException {
        Path local = local(file.path());
        try {
            checkSame(local, file);
            SeekableByteChannel channel =
                    Files.newByteChannel(local, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new AsFound(
                    Channels.newInputStream(channel.position(from)),
                    Math.max(0, file.size() - from),
                    () -> checkSame(local, file));
        } catch (IOException failed) {
            throw failure(file.path(), failed);
        }
    }

    private static void checkSame(Path local, Found file) throws IOException {
        boolean isSame;
        try {
            isSame = found(local).equals(file);
        } catch (IOException failed) {
            throw failure(file.path(), failed);
        }
        if (!isSame) {
            throw new BadContentException(file.path() + " was changed while it was read", null);
        }
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }

    private static Path local(String path) {
        // Names may hold what no URI may.
        return Path.of(path.substring(SCHEME.length()).replaceFirst("^/+", "/"));
    }

    private static Found foundUnchecked(Path local) {
        try {
            return found(local);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Found found(Path local) throws IOException {
        BasicFileAttributes about = Files.readAttributes(local, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!about.isRegularFile()) {
            throw new BrokenFileException(SCHEME + "//" + local + " is no file, but a link or a device", null);
        }
        long modified = about.lastModifiedTime().toMillis();
        refuseLinks(local);
        return new Found(SCHEME + "//" + local, about.size(), String.valueOf(modified), modified);
    }

    private static void refuseLinks(Path local) throws IOException {
        if (!local.toRealPath().equals(local)) {
            throw new BrokenFileException(SCHEME + "//" + local + " may not be read: a link stands in its path", null);
        }
    }

    private static IOException failure(String path, IOException failed) {
        if (failed instanceof BrokenFileException) {
            return failed;
        }
        if (failed instanceof NoSuchFileException) {
            return new BrokenFileException("there is no " + path, failed);
        }
        return failed instanceof AccessDeniedException
                ? new BrokenFileException(path + " may not be read", failed)
                : new IOException(path + " could not be read: " + failed.getMessage(), failed);
    }
}
