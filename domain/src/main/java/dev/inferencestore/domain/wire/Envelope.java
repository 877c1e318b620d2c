package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventRWException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent from Kafka, in binary or structured mode, with its data exactly as sent.
 *
 * <p>The official SDK checks the attributes. Its JSON reader is not used: it writes {@code data} anew, so that
 * {@code 1.10} becomes {@code 1.1} (docs/decisions/0004-data-as-sent.md). Header names are taken in any case and with
 * {@code -} for {@code _}, as real senders write them.
 *
 * @param attributes checked, without the data
 * @param contentType of the data, or null
 */
public record Envelope(CloudEvent attributes, @Nullable String contentType, byte[] data) {
    private static final String MODEL = "modelid";
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final byte[] NOTHING = {};

    /** The model that the headers name; null where they name none. */
    public static @Nullable String modelInHeaders(RawEvent event) {
        for (EventHeader header : event.headers()) {
            byte[] value = header.value();
            String name = header.name();
            if (value != null && name.length() == MODEL.length() + 3 && isAttribute(name)) {
                if (name.regionMatches(true, 3, MODEL, 0, MODEL.length())) {
                    return new String(value, StandardCharsets.UTF_8);
                }
            }
        }
        return null;
    }

    /** Opens the envelope of an event that has a value. */
    public static Envelope open(RawEvent event) throws BadEvent {
        byte[] value = event.value() == null ? NOTHING : event.value();
        Map<String, String> attributes = new HashMap<>();
        String contentType = null;
        for (EventHeader header : event.headers()) {
            byte[] bytes = header.value();
            if (bytes == null) {
                continue;
            }
            if (header.name().equalsIgnoreCase("content-type")) {
                contentType = new String(bytes, StandardCharsets.UTF_8);
            } else if (isAttribute(header.name())) {
                String name = header.name().substring(3).toLowerCase(Locale.ROOT);
                attributes.put(name, new String(bytes, StandardCharsets.UTF_8));
            }
        }
        if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED)) {
            return StructuredMode.read(value);
        }
        if (!attributes.containsKey("specversion")) {
            throw new BadEvent(
                    Failure.NOT_A_CLOUDEVENT,
                    "there is no header ce_specversion, and content-type is "
                            + (contentType == null ? "missing" : "'" + contentType + "'") + ", not " + STRUCTURED);
        }
        return of(attributes, contentType, value);
    }

    /** The attribute {@code modelid}, where the event has it. */
    @Nullable
    String model() {
        return extension(MODEL);
    }

    /** An extension attribute as text. */
    @Nullable
    String extension(String name) {
        Object value = attributes.getExtension(name);
        return value == null ? null : value.toString();
    }

    /** The attribute {@code time} as text. */
    @Nullable
    String time() {
        return attributes.getTime() == null ? null : attributes.getTime().toString();
    }

    static Envelope of(Map<String, String> attributes, @Nullable String contentType, byte[] data) throws BadEvent {
        try {
            String version = attributes.remove("specversion");
            // Sent by some bridges beside the header of the same meaning.
            String stated = attributes.remove("datacontenttype");
            CloudEventBuilder builder =
                    CloudEventBuilder.fromSpecVersion(SpecVersion.parse(version == null ? "" : version));
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                builder.withContextAttribute(attribute.getKey(), attribute.getValue());
            }
            return new Envelope(builder.build(), contentType == null ? stated : contentType, data);
        } catch (CloudEventRWException | IllegalArgumentException | IllegalStateException invalid) {
            throw new BadEvent(Failure.ENVELOPE_INVALID, String.valueOf(invalid.getMessage()));
        }
    }

    private static boolean isAttribute(String header) {
        return header.length() > 3
                && (header.charAt(0) == 'c' || header.charAt(0) == 'C')
                && (header.charAt(1) == 'e' || header.charAt(1) == 'E')
                && (header.charAt(2) == '_' || header.charAt(2) == '-');
    }
}
