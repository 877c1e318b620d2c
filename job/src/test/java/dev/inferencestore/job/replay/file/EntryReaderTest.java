package dev.inferencestore.job.replay.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.replay.FileFormat;
import dev.inferencestore.storage.file.FileAccess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
    void aFileThatIsNoWholeGzipOrUnpacksToFarTooMuchFailsTheReplay() throws IOException {
        byte[] packed = gzip("one\ntwo\n".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> read("a.gz", FileFormat.OWN, "plain".getBytes(StandardCharsets.UTF_8), 0, 0))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("file:///a.gz is no whole file in gzip: Not in GZIP format");
        assertThatThrownBy(() -> read("a.gz", FileFormat.OWN, Arrays.copyOf(packed, packed.length - 9), 0, 0))
                .hasStackTraceContaining("file:///a.gz is no whole file in gzip");
        assertThatThrownBy(() -> read("a.gz", FileFormat.OWN, gzip(new byte[70 << 20]), 0, 0))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("file:///a.gz is given up: it unpacks to more than");
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
        FileSplit split = new FileSplit("file:///" + name, content.length, "tag", WRITTEN, entry, from);
        List<Entry> entries = new ArrayList<>();
        try (EntryReader reader = new EntryReader(new OneFile(content), format, "a-model", MOST)) {
            reader.handleSplitsChanges(new SplitsAddition<>(List.of(split)));
            boolean finished = false;
            while (!finished) {
                RecordsWithSplitIds<Entry> batch = reader.fetch();
                while (batch.nextSplit() != null) {
                    for (Entry next = batch.nextRecordFromSplit(); next != null; next = batch.nextRecordFromSplit()) {
                        entries.add(next);
                    }
                }
                finished = batch.finishedSplits().contains(split.splitId());
            }
        }
        return entries;
    }

    private static List<String> texts(List<Entry> entries) {
        return entries.stream()
                .map(entry -> new String(entry.event().value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** Has one file, whatever it is called. */
    private record OneFile(byte[] content) implements FileAccess {
        @Override
        public List<Found> list(String path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream open(Found file, long from) {
            return new ByteArrayInputStream(content, (int) from, content.length - (int) from);
        }

        @Override
        public void close() {}
    }
}
