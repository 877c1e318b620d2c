package dev.inferencestore.domain.capture;

import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.Omitted;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of inputs, outputs and metadata what the rules point at. Fails closed: where rules point into a body that is
 * neither JSON nor a stream of JSON events, the body is not stored.
 */
final class Redaction {
    private static final String LINE_OF_STREAM = "data:";
    private static final String DONE = "[DONE]";
    private static final int LONGEST_BLANK = 64;

    private final JsonRedactor input;
    private final JsonRedactor output;
    private final JsonRedactor metadata;
    private final JsonRedactor headers;

    Redaction(CaptureRules rules) {
        input = part(rules, "input");
        output = part(rules, "output");
        metadata = new JsonRedactor(wherever(pointers(rules, "metadata")), false);
        headers = new JsonRedactor(
                wherever(rules.redactHeaders().stream()
                        .map(name -> List.of("headers", name))
                        .toList()),
                true);
    }

    /**
     * The same paths, and where the decoders put a field of metadata that could not have its name or could not be read:
     * {@code MetadataFields} adds {@code _} to the one and {@code _text} to the other.
     */
    private static List<List<String>> wherever(List<List<String>> paths) {
        List<List<String>> all = new ArrayList<>(paths);
        for (List<String> path : paths) {
            List<String> renamed = new ArrayList<>(path);
            renamed.set(0, path.get(0) + "_");
            all.add(renamed);
            all.add(List.of(path.get(0) + "_text"));
        }
        return all;
    }

    private static JsonRedactor part(CaptureRules rules, String part) {
        return new JsonRedactor(pointers(rules, part), false);
    }

    private static List<List<String>> pointers(CaptureRules rules, String part) {
        List<List<String>> paths = new ArrayList<>();
        for (String pointer : rules.redact()) {
            List<String> steps = new ArrayList<>();
            for (String step : pointer.substring(1).split("/", -1)) {
                steps.add(step.replace("~1", "/").replace("~0", "~"));
            }
            if (steps.get(0).equals(part)) {
                paths.add(steps.subList(1, steps.size()));
            }
        }
        return paths;
    }

    @Nullable
    Payload input(@Nullable Payload payload) {
        return redact(payload, input);
    }

    @Nullable
    Payload output(@Nullable Payload payload) {
        return redact(payload, output);
    }

    @Nullable
    String metadata(@Nullable String json) {
        if (json == null || (metadata.isEmpty() && headers.isEmpty())) {
            return json;
        }
        try {
            byte[] bytes = headers.redact(metadata.redact(json.getBytes(StandardCharsets.UTF_8)));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (BadEvent impossible) {
            // A decoder has checked that it is JSON; if it is not, none of it may be stored.
            return null;
        }
    }

    private static @Nullable Payload redact(@Nullable Payload payload, JsonRedactor redactor) {
        if (payload == null || payload.omitted() != null || redactor.isEmpty()) {
            return payload;
        }
        byte[] bytes = payload.bytes();
        try {
            if (payload.isToBeFetched()) {
                // What will come from there cannot be looked into here.
                return withheld(payload);
            }
            if (bytes.length == 0) {
                return payload;
            }
            byte[] kept = isStream(bytes) ? stream(bytes, redactor) : redactor.redact(bytes);
            return kept == bytes ? payload : payload.with(kept);
        } catch (BadEvent noJson) {
            return withheld(payload);
        }
    }

    private static Payload withheld(Payload payload) {
        long size = payload.isToBeFetched() ? -1 : payload.bytes().length;
        return payload.without(new Omitted(Omission.NOT_REDACTABLE, size, null));
    }

    private static boolean isStream(byte[] bytes) {
        String begin = new String(bytes, 0, Math.min(bytes.length, LONGEST_BLANK), StandardCharsets.UTF_8)
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        return begin.startsWith(LINE_OF_STREAM) || begin.startsWith("event:") || begin.startsWith("id:");
    }

    /** Server-sent events: each line of data is a document of its own. */
    private static byte[] stream(byte[] bytes, JsonRedactor redactor) throws BadEvent {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
        int from = 0;
        while (from < bytes.length) {
            int end = from;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            line(bytes, from, end, redactor, kept);
            while (end < bytes.length && (bytes[end] == '\n' || bytes[end] == '\r')) {
                kept.write(bytes[end++]);
            }
            from = end;
        }
        return kept.toByteArray();
    }

    private static void line(byte[] bytes, int from, int end, JsonRedactor redactor, ByteArrayOutputStream kept)
            throws BadEvent {
        String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        String said = text.startsWith(LINE_OF_STREAM)
                ? text.substring(LINE_OF_STREAM.length()).strip()
                : "";
        if (said.isEmpty() || said.equals(DONE)) {
            kept.write(bytes, from, end - from);
            return;
        }
        int at = text.indexOf(said, LINE_OF_STREAM.length());
        int before = text.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
        kept.write(bytes, from, before);
        kept.writeBytes(redactor.redact(said.getBytes(StandardCharsets.UTF_8)));
    }
}
