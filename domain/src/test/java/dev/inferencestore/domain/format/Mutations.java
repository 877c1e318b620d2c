package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Changes events at random: bytes, cuts, repeats, and what has broken decoders before, in value, headers and key. */
final class Mutations {
    private static final List<byte[]> NASTY = List.of(
            utf8("\0"),
            utf8("\\u0000"),
            utf8("\\ud800"),
            utf8("\\udc00\\ud800"),
            utf8("\"\\ud83d\""),
            new byte[] {(byte) 0xFF},
            new byte[] {(byte) 0xC0, (byte) 0x80},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
            new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF},
            utf8("1e999999999"),
            utf8("-1E-400"),
            utf8("9".repeat(200)),
            utf8("9".repeat(1_500)),
            utf8("[".repeat(40)),
            utf8("[".repeat(600)),
            utf8("{\"a\":".repeat(50)),
            utf8("]".repeat(3)),
            utf8("}"),
            utf8("\""),
            utf8("\\"),
            utf8("\\\\\\\""),
            utf8(","),
            utf8(":"),
            utf8("null"),
            utf8("true"),
            utf8("[]"),
            utf8("{}"),
            utf8("\"\""),
            utf8("NaN"),
            utf8("\"metadata\":\"[{\\\"key\\\":\\\"a\\\"}]\","),
            utf8("\"metadata\":{\"latitude\":\"1e400\"},"),
            utf8("\"id\":7,"),
            utf8("\"data\":[\"AAAA\"],"),
            utf8("\"parameters\":null,"),
            utf8("\"inputs\":[],"),
            utf8("data: {\"choices\":[]}\n"),
            utf8("\r\n"),
            utf8("0000-01-01T00:00:00Z"),
            utf8("+100000-01-01T00:00:00Z"),
            utf8("é".repeat(200)),
            utf8("x".repeat(2_000)),
            new byte[] {0x1F, (byte) 0x8B, 8, 0});

    private static final List<String> ATTRIBUTES =
            List.of("time", "id", "type", "source", "specversion", "modelid", "metadata", "statuscode", "dataref");

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** The event, changed in one to four places. */
    RawEvent of(RawEvent event) {
        byte[] key = event.key();
        byte[] value = event.value();
        List<EventHeader> headers = new ArrayList<>(event.headers());
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            switch (random.nextInt(20)) {
                case 0 -> key = key == null ? bytes() : bytes(key);
                case 1, 2, 3, 4 -> header(headers);
                case 5 -> headers.add(new EventHeader("ce_" + pick(ATTRIBUTES), bytes()));
                default -> value = value == null ? null : bytes(value);
            }
        }
        if (random.nextInt(50) == 0) {
            structured(headers);
        }
        return new RawEvent(
                event.topic(),
                event.partition(),
                event.offset(),
                random.nextInt(100) == 0 ? -1 : event.timestamp(),
                key,
                value,
                headers);
    }

    private void header(List<EventHeader> headers) {
        if (headers.isEmpty()) {
            return;
        }
        int at = random.nextInt(headers.size());
        EventHeader header = headers.get(at);
        switch (random.nextInt(8)) {
            case 0 -> headers.remove(at);
            case 1 -> headers.set(at, new EventHeader(header.name(), null));
            case 2 -> headers.set(at, new EventHeader(header.name(), bytes()));
            case 3 -> headers.add(new EventHeader(header.name(), bytes()));
            default -> headers.set(at, new EventHeader(header.name(), bytes(header.value())));
        }
    }

    /** Says of the event that it is one in structured mode, mostly of a value that is none. */
    private static void structured(List<EventHeader> headers) {
        headers.clear();
        headers.add(new EventHeader("content-type", utf8("application/cloudevents+json")));
    }

    private byte[] bytes() {
        return random.nextInt(10) == 0 ? new byte[0] : pick(NASTY);
    }

    private byte[] bytes(byte[] from) {
        if (from == null || from.length == 0) {
            return bytes();
        }
        int at = random.nextInt(from.length);
        int to = at + Math.min(from.length - at, 1 + random.nextInt(20));
        return switch (random.nextInt(9)) {
            case 0 -> spliced(from, at, from.length, new byte[0]);
            case 1 -> spliced(from, at, to, new byte[0]);
            case 2, 3 -> spliced(from, at, at, pick(NASTY));
            case 4 -> spliced(from, at, to, pick(NASTY));
            // A part of it again, elsewhere: fields that stand twice, lists that are longer.
            case 5 -> spliced(from, at, at, Arrays.copyOfRange(from, Math.max(0, at - 60), at));
            case 6 -> number(from);
            default -> changed(from, at);
        };
    }

    private byte[] changed(byte[] from, int at) {
        byte[] changed = from.clone();
        changed[at] = (byte) random.nextInt(256);
        return changed;
    }

    /** In place of the first digit after a place, something that is no longer the number it was. */
    private byte[] number(byte[] from) {
        int start = random.nextInt(from.length);
        for (int at = start; at < from.length; at++) {
            if (from[at] >= '0' && from[at] <= '9') {
                return spliced(from, at, at + 1, pick(NASTY));
            }
        }
        return changed(from, start);
    }

    private static byte[] spliced(byte[] from, int at, int to, byte[] with) {
        ByteArrayOutputStream spliced = new ByteArrayOutputStream(from.length + with.length);
        spliced.write(from, 0, at);
        spliced.writeBytes(with);
        spliced.write(from, to, from.length - to);
        return spliced.toByteArray();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** The same event, of a model that it names by its id. */
    static RawEvent ofModel(RawEvent event, String model) {
        List<EventHeader> headers = new ArrayList<>(event.headers());
        headers.add(new EventHeader("ce_modelid", utf8(model)));
        return new RawEvent(
                event.topic(),
                event.partition(),
                event.offset(),
                event.timestamp(),
                event.key(),
                event.value(),
                headers);
    }

    /** An event as it can be looked at in a report. */
    static String shown(RawEvent event) {
        StringBuilder shown = new StringBuilder();
        for (EventHeader header : event.headers()) {
            shown.append(header.name())
                    .append(": ")
                    .append(header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8))
                    .append('\n');
        }
        return shown + "\n"
                + (event.value() == null ? null : Base64.getEncoder().encodeToString(event.value()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
