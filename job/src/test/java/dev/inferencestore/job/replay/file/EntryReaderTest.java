package dev.inferencestore.job.replay.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.format.Headline;
import dev.inferencestore.domain.replay.FileFormat;
import dev.inferencestore.storage.file.BrokenFileException;
import dev.inferencestore.storage.file.FileAccess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

class EntryReaderTest {
    private static final long MOST = 20;
    private static final long WRITTEN = Instant.parse("2026-03-01T08:00:00Z").toEpochMilli();

    @Test
    void linesAreEntriesAndBlankOnesAreCountedButNotGivenOut() throws IOException {
        List<Entry> entries = read("a.jsonl", FileFormat.OWN, "\uFEFFone\r\n\ntwo\nthree");

        assertThat(texts(entries)).containsExactly("one", "two", "three");
        assertThat(entries).extracting(entry -> entry.event().offset()).containsExactly(0L, 2L, 3L);
        RawEvent first = entries.get(0).event();
        assertThat(first.topic()).isEqualTo("file:///a.jsonl");
        assertThat(first.timestamp()).isNegative();
        assertThat(first.headers())
                .extracting(header -> header.name() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                .containsExactly(
                        "inferencestore-format=own",
                        "inferencestore-path=file:///a.jsonl",
                        "inferencestore-time=2026-03-01T08:00:00Z",
                        "inferencestore-model=a-model");
    }

    @Test
    void aByteOrderMarkAtTheBeginningIsNoEntry() throws IOException {
        for (String name : List.of("a.json", "a.json.GZ")) {
            assertThat(texts(read(name, FileFormat.KSERVE_BLOB, "\uFEFF[{1},{2}]")))
                    .containsExactly("{1}", "{2}");
            assertThat(texts(read(name, FileFormat.KSERVE_BLOB, "\uFEFF"))).isEmpty();
            for (FileFormat lines : List.of(FileFormat.OWN, FileFormat.SAGEMAKER, FileFormat.AZUREML)) {
                assertThat(texts(read(name, lines, "\uFEFF{1}\n{2}"))).containsExactly("{1}", "{2}");
            }
            assertThat(texts(read(name, FileFormat.OWN, "\uFEFF" + "x".repeat((int) MOST))))
                    .as("as large as an entry may be")
                    .containsExactly("x".repeat((int) MOST));
        }
        List<Entry> entries = read("a.json", FileFormat.KSERVE_BLOB, "\uFEFF{1}{2}{3}");
        assertThat(texts(read(
                        "a.json",
                        FileFormat.KSERVE_BLOB,
                        "\uFEFF{1}{2}{3}",
                        entries.get(0).nextEntry(),
                        entries.get(0).nextByte())))
                .containsExactly("{2}", "{3}");
        assertThat(texts(read("a.json", FileFormat.OWN, "ab"))).as("no mark").containsExactly("ab");
        assertThat(texts(read("a.json", FileFormat.OWN, "a\n\uFEFFb")))
                .as("elsewhere it is none")
                .containsExactly("a", "\uFEFFb");
    }

    @Test
    void anEntryThatIsTooLargeIsCutAndTheNextOneIsWhole() throws IOException {
        List<Entry> lines = read("a.jsonl", FileFormat.OWN, "x".repeat(1000) + "\nnext");
        List<Entry> objects = read("a.json", FileFormat.KSERVE_BLOB, "[{\"a\":\"" + "x".repeat(1000) + "\"},{}]");

        assertThat(texts(lines)).containsExactly("x".repeat((int) MOST + 1), "next");
        assertThat(texts(objects).get(0)).hasSize((int) MOST + 1);
        assertThat(texts(objects).get(1)).isEqualTo("{}");
    }

    @Test
    void objectsAreEntriesAloneInAListAndOneAfterAnother() throws IOException {
        assertThat(texts(read("a", FileFormat.KSERVE_BLOB, " {\n\"a\": 1}\n"))).containsExactly("{\n\"a\": 1}");
        assertThat(texts(read("a", FileFormat.KSERVE_BLOB, "[{\"a\":{}} ,\n{\"b\":[{}]}]")))
                .containsExactly("{\"a\":{}}", "{\"b\":[{}]}");
        assertThat(texts(read("a", FileFormat.KSERVE_BLOB, "{}{\"}\\\"\":1}"))).containsExactly("{}", "{\"}\\\"\":1}");
        assertThat(texts(read("a", FileFormat.KSERVE_BLOB, "[]"))).isEmpty();
        assertThat(texts(read("a", FileFormat.KSERVE_BLOB, "[1,nonsense{}"))).containsExactly("1", "nonsense", "{}");
        assertThat(texts(read("a", FileFormat.KSERVE_BLOB, "{\"cut")))
                .as("what has no end is an entry too, and no JSON")
                .containsExactly("{\"cut");
    }

    @Test
    void aFileIsReadOnFromAnyEntry() throws IOException {
        for (FileFormat format : List.of(FileFormat.OWN, FileFormat.KSERVE_BLOB)) {
            String content = format == FileFormat.OWN ? "{1}\n{22}\n\n{333}\n{4}" : "[{1},\n{22} , {333},{4}]";
            for (String name : List.of("a.json", "a.json.GZ")) {
                List<Entry> all = read(name, format, content);
                assertThat(texts(all)).containsExactly("{1}", "{22}", "{333}", "{4}");
                for (int i = 0; i < all.size(); i++) {
                    Entry last = all.get(i);
                    List<Entry> rest = read(name, format, content, last.nextEntry(), last.nextByte());
                    assertThat(texts(rest)).isEqualTo(texts(all.subList(i + 1, all.size())));
                    assertThat(rest)
                            .extracting(entry -> entry.event().offset())
                            .isEqualTo(all.subList(i + 1, all.size()).stream()
                                    .map(entry -> entry.event().offset())
                                    .toList());
                }
            }
        }
    }

    @Test
    void whatCannotBeReadOfAFileIsOneEntryThatSaysWhy() throws IOException {
        byte[] packed = gzip(utf8("one\ntwo\n"));
        byte[] twice = concat(packed, packed);

        assertThat(broken(read("a.gz", FileFormat.OWN, utf8("plain"), 0, 0), 0))
                .isEqualTo("file:///a.gz is no whole file in gzip: Not in GZIP format");
        assertThat(broken(read("a.gz", FileFormat.OWN, Arrays.copyOf(packed, packed.length - 9), 0, 0), -1))
                .startsWith("file:///a.gz is no whole file in gzip: ");
        assertThat(broken(read("a.gz", FileFormat.OWN, Arrays.copyOf(twice, twice.length - 6), 0, 0), -1))
                .startsWith("file:///a.gz is no whole file in gzip: ");
        assertThat(broken(read("a.gz", FileFormat.OWN, concat(packed, utf8("no gzip")), 0, 0), -1))
                .isEqualTo("file:///a.gz is no whole file in gzip: other bytes follow");
        assertThat(broken(read("a.gz", FileFormat.OWN, concat(twice, new byte[100_000]), 0, 0), -1))
                .isEqualTo("file:///a.gz is no whole file in gzip: other bytes follow");
        assertThat(broken(read("a.gz", FileFormat.OWN, gzip(new byte[70 << 20]), 0, 0), 0))
                .startsWith("file:///a.gz is given up: it unpacks to more than");
        assertThat(texts(read("a.gz", FileFormat.OWN, twice, 0, 0)))
                .as("and of a whole one nothing")
                .containsExactly("one", "two", "one", "two");
    }

    @Test
    void whatWasReadBeforeAFileBreaksStaysAndNothingOfItIsReadAgain() throws IOException {
        byte[] twice = concat(gzip(utf8("one\ntwo\n")), gzip(utf8("three\nfour\n")));
        byte[] cut = Arrays.copyOf(twice, twice.length - 4);

        List<Entry> all = read("a.gz", FileFormat.OWN, cut, 0, 0);

        assertThat(texts(all)).startsWith("one", "two").endsWith("");
        Entry last = all.get(all.size() - 1);
        assertThat(last.event().offset()).isEqualTo(all.size() - 1);
        assertThat(last.nextEntry()).isEqualTo(all.size());
        assertThat(read("a.gz", FileFormat.OWN, cut, last.nextEntry(), last.nextByte()))
                .isEmpty();
        List<Entry> rest = read(
                "a.gz", FileFormat.OWN, cut, all.get(1).nextEntry(), all.get(1).nextByte());
        assertThat(broken(rest, -1)).isEqualTo(broken(all, -1));
        assertThat(rest.get(rest.size() - 1).event().offset())
                .isEqualTo(last.event().offset());
    }

    @Test
    void theNextFileIsReadAfterOneThatIsBroken() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (EntryReader reader = new EntryReader(new OneFile(utf8("plain")), FileFormat.OWN, null, MOST)) {
            reader.handleSplitsChanges(new SplitsAddition<>(List.of(split("a.gz", 5, 0, 0), split("b", 5, 0, 0))));
            entries.addAll(drain(reader, "file:///a.gz"));
            entries.addAll(drain(reader, "file:///b"));
        }

        assertThat(texts(entries)).containsExactly("", "plain");
        assertThat(broken(entries, 0)).startsWith("file:///a.gz is no whole file");
    }

    @Test
    void aFileThatMayNotBeReadFailsTheReplayAndAConnectionThatBreaksIsNoEndOfAFile() {
        assertThatThrownBy(() -> read(new OneFile(utf8("x"), new BrokenFileException("gone", null)), "a"))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("gone");
        assertThatThrownBy(() -> read(new OneFile(gzip(utf8("one\n")), new IOException("away")), "a.gz"))
                .isInstanceOf(IOException.class)
                .hasMessage("away");
    }

    private static String broken(List<Entry> entries, int at) {
        RawEvent event = entries.get(at < 0 ? entries.size() + at : at).event();
        assertThat(event.value()).isEmpty();
        return event.headers().stream()
                .filter(header -> header.name().equals(Headline.FILE_BROKEN))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }

    private static List<Entry> read(String name, FileFormat format, String content) throws IOException {
        return read(name, format, content, 0, 0);
    }

    private static List<Entry> read(String name, FileFormat format, String content, long entry, long from)
            throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return read(name, format, name.endsWith(".GZ") ? gzip(bytes) : bytes, entry, from);
    }

    private static List<Entry> read(String name, FileFormat format, byte[] content, long entry, long from)
            throws IOException {
        return read(new OneFile(content), format, split(name, content.length, entry, from));
    }

    private static List<Entry> read(OneFile file, String name) throws IOException {
        return read(file, FileFormat.OWN, split(name, file.content.length, 0, 0));
    }

    private static List<Entry> read(OneFile file, FileFormat format, FileSplit split) throws IOException {
        try (EntryReader reader = new EntryReader(file, format, "a-model", MOST)) {
            reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
            return drain(reader, split.splitId());
        }
    }

    private static FileSplit split(String name, int size, long entry, long from) {
        return new FileSplit("file:///" + name, size, "tag", WRITTEN, entry, from);
    }

    private static List<Entry> drain(EntryReader reader, String split) throws IOException {
        List<Entry> entries = new ArrayList<>();
        boolean finished = false;
        while (!finished) {
            RecordsWithSplitIds<Entry> batch = reader.fetch();
            while (batch.nextSplit() != null) {
                for (Entry next = batch.nextRecordFromSplit(); next != null; next = batch.nextRecordFromSplit()) {
                    entries.add(next);
                }
            }
            finished = batch.finishedSplits().contains(split);
        }
        return entries;
    }

    private static List<String> texts(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new String(entry.event().value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Has one file, whatever it is called, and fails where that ends if it is said how. */
    private record OneFile(byte[] content, IOException failure) implements FileAccess {
        OneFile(byte[] content) {
            this(content, null);
        }

        @Override
        public List<Found> list(String path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream open(Found file, long from) {
            return new FilterInputStream(new ByteArrayInputStream(content, (int) from, content.length - (int) from)) {
                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int read = super.read(into, offset, length);
                    if (read < 0 && failure != null) {
                        throw failure;
                    }
                    return read;
                }

                @Override
                public int available() throws IOException {
                    return failure == null ? super.available() : 1;
                }
            };
        }

        @Override
        public void close() {}
    }
}
