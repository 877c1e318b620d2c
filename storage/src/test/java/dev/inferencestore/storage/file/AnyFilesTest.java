package dev.inferencestore.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.Servers;
import dev.inferencestore.storage.segment.S3Options;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnyFilesTest {
    private static Settings settings;
    private static AnyFiles files;

    @TempDir
    Path folder;

    @BeforeAll
    static void connect() {
        settings = Servers.bucket();
        files = AnyFiles.connect(settings);
    }

    @AfterAll
    static void close() {
        files.close();
    }

    @BeforeEach
    void write() throws IOException {
        write("s3", "day/b c.json", "second");
        write("s3", "day/hour/a.json", "first");
        write("s3", "day/empty", "");
        write("s3", "other.json", "other");
        write("file", "day/b c.json", "second");
        write("file", "day/hour/a.json", "first");
        write("file", "day/empty", "");
        write("file", "other.json", "other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "file"})
    void allFilesBelowAPathAreFoundAndReadFromAnyByteOn(String kind) throws IOException {
        List<FileAccess.Found> found = files.list(root(kind) + "day/");

        assertThat(found)
                .extracting(FileAccess.Found::path)
                .containsExactly(root(kind) + "day/b c.json", root(kind) + "day/hour/a.json");
        assertThat(found.get(0).size()).isEqualTo(6);
        assertThat(Instant.ofEpochMilli(found.get(0).modified()))
                .isCloseTo(Instant.now(), within(10, ChronoUnit.MINUTES));
        assertThat(files.list(found.get(0).path())).as("by its own path").containsExactly(found.get(0));
        assertThat(read(found.get(0), 0)).isEqualTo("second");
        assertThat(read(found.get(0), 3)).isEqualTo("ond");
        assertThat(read(found.get(0), 6)).isEmpty();
        assertThat(files.list(root(kind) + "other.json"))
                .extracting(FileAccess.Found::size)
                .containsExactly(5L);
        assertThat(files.list(root(kind) + "day/empty")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3", "file"})
    void whatCannotBeReadIsNamed(String kind) throws IOException {
        assertThatThrownBy(() -> files.list(root(kind) + "nothing"))
                .isInstanceOf(BrokenFileException.class)
                .hasMessage("there is no " + root(kind) + "nothing");
        FileAccess.Found found = files.list(root(kind) + "other.json").get(0);
        write(kind, "other.json", "changed");
        assertThatThrownBy(() -> read(found, 2))
                .isInstanceOf(BadContentException.class)
                .hasMessage(root(kind) + "other.json was changed while it was read");
    }

    @Test
    void ofALocalFileWhatItHadWhenItWasFoundIsReadAndAChangeIsSeenAtTheEnd() throws IOException {
        FileAccess.Found appended = files.list(root("file") + "other.json").get(0);
        try (InputStream in = files.open(appended, 1)) {
            Files.writeString(folder.resolve("other.json"), "and more", StandardOpenOption.APPEND);

            assertThat(in.available()).isEqualTo(4);
            assertThat(new String(in.readNBytes(4), StandardCharsets.UTF_8)).isEqualTo("ther");
            assertThatThrownBy(in::read)
                    .isInstanceOf(BadContentException.class)
                    .hasMessage(appended.path() + " was changed while it was read");
        }
        FileAccess.Found cut = files.list(root("file") + "other.json").get(0);
        try (InputStream in = files.open(cut, 0)) {
            Files.writeString(folder.resolve("other.json"), "cut");

            assertThat(in.readNBytes(3)).hasSize(3);
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(BadContentException.class)
                    .hasMessage(cut.path() + " was changed while it was read");
        }
    }

    @Test
    void aBucketThatThereIsNotIsNamed() {
        assertThatThrownBy(() -> files.list("s3://no-such-bucket-here/a/"))
                .isInstanceOf(BrokenFileException.class)
                .hasMessage("there is no s3://no-such-bucket-here/a/");
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("day/link.json"), folder.resolve("other.json"));

        assertThat(files.list(root("file") + "day/"))
                .extracting(FileAccess.Found::path)
                .noneMatch(path -> path.contains("link"));
        assertThatThrownBy(() -> files.list(root("file") + "day/link.json"))
                .hasMessageContaining("may not be read: a link stands in its path");
        Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("day"));
        for (String path : List.of("linked/", "linked/hour/", "linked/hour/a.json", "linked", "day/../day/")) {
            assertThatThrownBy(() -> files.list(root("file") + path))
                    .as(path)
                    .isInstanceOf(BrokenFileException.class)
                    .hasMessageContaining("may not be read: a link stands in its path");
        }
        FileAccess.Found swapped = files.list(root("file") + "day/hour/a.json").get(0);
        Files.move(folder.resolve("day/hour"), folder.resolve("moved"));
        Files.createSymbolicLink(folder.resolve("day/hour"), folder.resolve("moved"));
        assertThatThrownBy(() -> read(swapped, 0)).hasMessageContaining("may not be read: a link stands in its path");
        assertThatThrownBy(() -> files.list(root("file") + "day")).hasMessageContaining("end it with a slash");
    }

    private String root(String kind) {
        return kind.equals("s3") ? "s3://" + settings.get(S3Options.BUCKET) + "/" : "file://" + folder + "/";
    }

    private void write(String kind, String name, String content) throws IOException {
        if (kind.equals("s3")) {
            Uploads.put(settings, name, content);
        } else {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
        }
    }

    private static String read(FileAccess.Found file, long from) throws IOException {
        try (InputStream in = files.open(file, from)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
