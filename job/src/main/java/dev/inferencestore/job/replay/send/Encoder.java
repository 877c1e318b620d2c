package dev.inferencestore.job.replay.send;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.storage.inference.StoredHalf;
import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stored row as events of the own format: a half as a half, a whole inference as one event, or as two halves where
 * its output is no JSON or one event would be too large.
 *
 * <p>New ids follow from the replay and the old id, so that halves still belong together and a row that is sent twice after a
 * restart is the same event again.
 *
 * @param modelId that the events name
 * @param most bytes of an event
 */
record Encoder(String replayId, String modelId, boolean newIds, long most) implements Serializable {
    private static final String WHOLE = "dev.inferencestore.inference";
    private static final String JSON = "application/json";
    private static final byte[] NOTHING = {};

    /** Bytes of a row; null where they are not there, or not any more. */
    record Bytes(byte @Nullable [] input, byte @Nullable [] output) {}

    /** The events; empty where one of them would be too large. */
    List<RawEvent> events(StoredHalf row, Bytes bytes) {
        Part part = row.place().part();
        if (part == Part.BOTH) {
            RawEvent whole = isJson(row, bytes.output) ? whole(row, bytes) : null;
            if (whole != null && whole.size() <= most) {
                return List.of(whole);
            }
        }
        List<RawEvent> halves = new ArrayList<>();
        if (part != Part.RESPONSE) {
            halves.add(request(row, bytes));
        }
        if (part == Part.RESPONSE || (part == Part.BOTH && row.hasOutput())) {
            halves.add(response(row, bytes));
        }
        return halves.stream().allMatch(half -> half.size() <= most) ? halves : List.of();
    }

    private RawEvent whole(StoredHalf row, Bytes bytes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        write(
                body,
                "{\"inference_id\":" + quoted(id(row)) + ",\"model_id\":" + quoted(modelId) + ",\"created_at\":"
                        + quoted(time(row)));
        if (row.action() != null) {
            write(body, ",\"action\":" + quoted(row.action()));
        }
        if (bytes.input != null) {
            write(body, ",\"input\":{");
            if (row.inputContentType() != null) {
                write(body, "\"content_type\":" + quoted(row.inputContentType()) + ",");
            }
            write(body, "\"data_base64\":\"");
            body.writeBytes(Base64.getEncoder().encode(bytes.input));
            write(body, "\"}");
        }
        if (bytes.output != null) {
            write(body, ",\"output\":");
            body.writeBytes(bytes.output);
        }
        if (row.metadata() != null) {
            write(body, ",\"metadata\":" + row.metadata());
        }
        write(body, "}");
        return event(row, WHOLE, JSON, body.toByteArray(), List.of());
    }

    private RawEvent request(StoredHalf row, Bytes bytes) {
        List<EventHeader> about = about(row);
        if (bytes.input == null && row.inputReference() != null) {
            add(about, "ce_dataref", row.inputReference());
        }
        return event(
                row, WHOLE + ".request", row.inputContentType(), bytes.input == null ? NOTHING : bytes.input, about);
    }

    private RawEvent response(StoredHalf row, Bytes bytes) {
        return event(
                row,
                WHOLE + ".response",
                row.outputContentType(),
                bytes.output == null ? NOTHING : bytes.output,
                about(row));
    }

    /** What a whole inference has in its body. */
    private static List<EventHeader> about(StoredHalf row) {
        List<EventHeader> about = new ArrayList<>();
        add(about, "ce_action", row.action());
        add(about, "ce_metadata", row.metadata());
        return about;
    }

    private RawEvent event(
            StoredHalf row, String type, @Nullable String contentType, byte[] value, List<EventHeader> about) {
        String id = id(row);
        List<EventHeader> headers = new ArrayList<>();
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_id", id);
        add(headers, "ce_type", type);
        add(headers, "ce_source", source(row));
        add(headers, "ce_time", time(row));
        add(headers, "ce_modelid", modelId);
        add(headers, "ce_" + Formats.RE_EMITTED, replayId);
        if (newIds) {
            add(headers, "ce_originalid", row.place().inferenceId());
        }
        add(headers, "ce_statuscode", row.statusCode() == null ? null : String.valueOf(row.statusCode()));
        if (row.inputSize() != null && !row.inputState().isReadable()) {
            add(headers, "ce_inputstate", row.inputState().text());
        }
        headers.addAll(about);
        add(headers, "content-type", contentType);
        return new RawEvent("", 0, 0, -1, id.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    private String id(StoredHalf row) {
        String id = row.place().inferenceId();
        return newIds
                ? UUID.nameUUIDFromBytes((replayId + " " + id).getBytes(StandardCharsets.UTF_8))
                        .toString()
                : id;
    }

    /** Some senders name as their source what no event may. */
    private String source(StoredHalf row) {
        String source = row.source();
        try {
            return source == null || source.isEmpty() ? "/replays/" + replayId : new URI(source).toString();
        } catch (URISyntaxException notOne) {
            return "/replays/" + replayId;
        }
    }

    private static String time(StoredHalf row) {
        return Instant.EPOCH.plus(row.place().createdAt(), ChronoUnit.MICROS).toString();
    }

    private static boolean isJson(StoredHalf row, byte @Nullable [] output) {
        if (output == null) {
            return !row.hasOutput();
        }
        String type = row.outputContentType() == null ? "" : row.outputContentType();
        if (!type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
            return false;
        }
        try {
            return Json.read(output, parser -> {
                parser.skipChildren();
                return true;
            });
        } catch (BadEvent notJson) {
            return false;
        }
    }

    private static void add(List<EventHeader> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.add(new EventHeader(name, value.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static void write(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }
}
