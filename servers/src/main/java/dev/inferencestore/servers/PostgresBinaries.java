package dev.inferencestore.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the class path once per machine and user, into the temporary directory. */
final class PostgresBinaries {
    private static final Path OURSELVES = Path.of("/proc/self");
    private static final int EXECUTABLE = 0100;
    private static final Set<PosixFilePermission> EXECUTABLE_BY_ALL = PosixFilePermissions.fromString("rwxr-xr-x");

    private PostgresBinaries() {}

    /** The directory with {@code bin}, {@code lib} and {@code share}. */
    static synchronized Path home() {
        URL archive = archive();
        try {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            Path home = temporary.resolve("inference-store-postgres-" + Files.getAttribute(OURSELVES, "unix:uid") + "-"
                    + Long.toHexString(checksum(archive)));
            if (!Files.isDirectory(home)) {
                unpackAtOnce(archive, temporary, home);
            }
            if (!Files.getOwner(home).equals(Files.getOwner(OURSELVES))) {
                throw new IllegalStateException("Directory " + home + " belongs to somebody else: remove it.");
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack PostgreSQL: check java.io.tmpdir for space and rights.", e);
        }
    }

    private static URL archive() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String name = arch.equals("aarch64") ? "arm_64" : "x86_64";
        URL archive = PostgresBinaries.class.getResource("/postgres-linux-" + name + ".txz");
        if (archive == null || !System.getProperty("os.name").equals("Linux")) {
            throw new IllegalStateException("No PostgreSQL for " + System.getProperty("os.name") + " on " + arch
                    + ": it comes for Linux on amd64 and arm64.");
        }
        return archive;
    }

    private static long checksum(URL archive) throws IOException {
        CRC32C checksum = new CRC32C();
        try (InputStream in = new CheckedInputStream(archive.openStream(), checksum)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return checksum.getValue();
    }

    /** Under another name first: who finds the directory finds it whole. */
    private static void unpackAtOnce(URL archive, Path temporary, Path home) throws IOException {
        Path unfinished = Files.createTempDirectory(temporary, home.getFileName() + "-");
        try (InputStream in = archive.openStream();
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar, unfinished);
            }
        }
        // Also for nobody, as whom root runs them.
        Files.setPosixFilePermissions(unfinished, EXECUTABLE_BY_ALL);
        try {
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            Trees.delete(unfinished);
            if (!Files.isDirectory(home)) {
                throw e;
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, TarArchiveInputStream tar, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("Entry " + entry.getName() + " leads out of the archive.");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        // The archive does not name every directory.
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & EXECUTABLE) != 0) {
            Files.setPosixFilePermissions(target, EXECUTABLE_BY_ALL);
        }
    }
}
