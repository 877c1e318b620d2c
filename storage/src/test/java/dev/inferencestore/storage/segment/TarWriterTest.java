package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarWriterTest {
    private static final long NOON = 1_772_366_400_000_000L;
    private final TarWriter tar = new TarWriter();

    @Test
    void everyEntryIsReadBackByAnotherReaderAndByItsOffset() throws IOException {
        Random random = new Random(7);
        List<String> names = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        for (int size : new int[] {0, 1, 511, 512, 513, 100_000}) {
            for (int length : new int[] {5, 99, 100, 101, 255, 800}) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                names.add("n".repeat(length - 4) + ".bin");
                contents.add(bytes);
                offsets.add(tar.append(names.get(names.size() - 1), NOON + 999_999, bytes));
            }
        }

        byte[] object = tar.open().readAllBytes();

        assertThat(object).hasSize((int) tar.objectLength());
        assertThat(tar.length()).isEqualTo(object.length - 1024L);
        assertThat(tar.entries()).isEqualTo(36);
        for (int i = 0; i < contents.size(); i++) {
            int from = offsets.get(i).intValue();
            assertThat(Arrays.copyOfRange(object, from, from + contents.get(i).length))
                    .isEqualTo(contents.get(i));
        }
        try (TarArchiveInputStream reader = new TarArchiveInputStream(new ByteArrayInputStream(object))) {
            for (int i = 0; i < contents.size(); i++) {
                TarArchiveEntry entry = reader.getNextEntry();
                assertThat(entry.getName()).isEqualTo(names.get(i));
                assertThat(entry.getLastModifiedTime().toMillis()).isEqualTo(NOON / 1000);
                assertThat(reader.readAllBytes()).isEqualTo(contents.get(i));
            }
            assertThat(reader.getNextEntry()).isNull();
        }
    }

    @Test
    void theTarOfTheSystemListsIt(@TempDir Path folder) throws Exception {
        tar.append("%2E%2E%2Fa.png", NOON, new byte[] {1, 2, 3});
        tar.append("x".repeat(300) + ".txt", NOON, new byte[] {4});
        Path file = folder.resolve("segment.tar");
        Files.write(file, tar.open().readAllBytes());

        Process listing = new ProcessBuilder("tar", "tf", file.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(listing.inputReader().lines()).containsExactly("%2E%2E%2Fa.png", "x".repeat(300) + ".txt");
        assertThat(listing.waitFor()).isZero();
    }
}
