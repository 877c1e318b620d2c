package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.SourceFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Recorded events of every format: the files in {@code recorded}. A file has the headers of the record, one a line; an empty
 * line; its value; a line {@code --- rows} and the rows that come of it, or {@code --- dead letter} and the reason.
 * Lines that begin with {@code @} say of the record {@code @topic}, {@code @key} and {@code @format} (what a registered
 * source says of the topic), and {@code @value: base64} that the value is written in that.
 */
public final class Samples {
    private static final String ROWS = "\n--- rows\n";
    private static final String LETTER = "\n--- dead letter\n";

    private Samples() {}

    /**
     * One recorded event.
     *
     * @param outcome the rows as JSON, or the reason of a dead letter
     */
    public record Sample(String name, RawEvent event, SourceFormat ofTopic, boolean isStored, String outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** All of them, in the order of their names. */
    public static List<Sample> all() {
        try (Stream<Path> files = Files.list(Path.of(
                Objects.requireNonNull(Samples.class.getResource("recorded")).toURI()))) {
            return files.sorted().map(Samples::read).toList();
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static Sample read(Path file) {
        try {
            return parse(file.getFileName().toString(), Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Sample parse(String name, String text) {
        int head = text.indexOf("\n\n");
        boolean stored = text.contains(ROWS);
        String mark = stored ? ROWS : LETTER;
        int end = text.lastIndexOf(mark);
        String value = text.substring(Math.min(head + 2, end), end);
        String topic = "inferences";
        byte[] key = null;
        SourceFormat ofTopic = null;
        boolean base64 = false;
        List<EventHeader> headers = new ArrayList<>();
        for (String line : text.substring(0, head).lines().toList()) {
            int colon = line.indexOf(": ");
            String said = line.substring(colon + 2);
            switch (line.substring(0, colon)) {
                case "@topic" -> topic = said;
                case "@key" -> key = Events.utf8(said);
                case "@format" -> ofTopic = SourceFormat.of(said);
                case "@value" -> base64 = said.equals("base64");
                default -> headers.add(new EventHeader(line.substring(0, colon), Events.utf8(said)));
            }
        }
        byte[] bytes = base64 ? Base64.getMimeDecoder().decode(value) : value.getBytes(StandardCharsets.UTF_8);
        RawEvent event = new RawEvent(topic, 3, 42, Events.NOON.toEpochMilli(), key, bytes, headers);
        return new Sample(
                name,
                event,
                ofTopic,
                stored,
                text.substring(end + mark.length()).strip());
    }

    /** Writes what came of an event into its file. For who has read it and finds it right. */
    static void write(Sample sample, boolean stored, String outcome) throws IOException {
        Path file = Path.of("src/test/resources/dev/inferencestore/domain/format/recorded", sample.name());
        String text = Files.readString(file);
        int end = text.lastIndexOf(sample.isStored() ? ROWS : LETTER);
        Files.writeString(file, text.substring(0, end) + (stored ? ROWS : LETTER) + outcome + "\n");
    }
}
