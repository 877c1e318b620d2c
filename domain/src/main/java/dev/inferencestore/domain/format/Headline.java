package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.wire.SentEvent;
import dev.inferencestore.domain.wire.StructuredMode;
import dev.inferencestore.domain.wire.Times;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventRWException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as far as it can be known without reading its body: where it came from, its headers, and the CloudEvents
 * attributes among them ({@code ce_…}, {@code ce-…}, in any case). Names are in small letters.
 *
 * <p>A CloudEvent in structured mode has its attributes in the body: {@link #opened} reads them.
 */
public final class Headline {
    /** The header that says which format an event has, where nothing else does. */
    public static final String FORMAT = "inferencestore-format";

    /** The header that says which file an entry is of, as far as that tells more than the entry does. */
    public static final String FILE_PATH = "inferencestore-path";

    /** The header that says when the file of an entry was written: the time of an entry that says none. */
    public static final String FILE_TIME = Times.FILE_TIME;

    /** The header of what stands for the rest of a file, and says why that cannot be read. */
    public static final String FILE_BROKEN = "inferencestore-broken";

    /** The header that says which model an entry of a file is of. */
    public static final String FILE_MODEL = "inferencestore-model";

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String MODEL = "modelid";
    private static final byte[] NOTHING = {};

    private final RawEvent event;
    private final @Nullable SourceFormat ofTopic;
    private final Map<String, String> attributes;
    private final Map<String, String> headers;
    private final @Nullable String contentType;
    private final byte[] data;
    private final @Nullable String unreadable;

    private Headline(
            RawEvent event,
            @Nullable SourceFormat ofTopic,
            Map<String, String> attributes,
            Map<String, String> headers,
            @Nullable String contentType,
            byte[] data,
            @Nullable String unreadable) {
        this.event = event;
        this.ofTopic = ofTopic;
        this.attributes = attributes;
        this.headers = headers;
        this.contentType = contentType;
        this.data = data;
        this.unreadable = unreadable;
    }

    /**
     * What a record's headers say. Of a header that stands twice the last one counts.
     *
     * @param ofTopic what a registered source says of the format of its topic
     */
    public static Headline of(RawEvent event, @Nullable SourceFormat ofTopic) {
        Map<String, String> attributes = new HashMap<>();
        Map<String, String> headers = new HashMap<>();
        String unreadable = null;
        for (EventHeader header : event.headers()) {
            byte[] value = header.value();
            if (value == null) {
                continue;
            }
            String name = header.name().toLowerCase(Locale.ROOT);
            String text = text(value);
            if (text == null) {
                unreadable = name;
                text = new String(value, StandardCharsets.UTF_8);
            }
            if (isAttribute(name)) {
                attributes.put(name.substring(3), text);
            } else {
                headers.put(name, text);
            }
        }
        byte[] value = event.value();
        return new Headline(
                event,
                ofTopic,
                attributes,
                headers,
                headers.get("content-type"),
                value == null ? NOTHING : value,
                unreadable);
    }

    /** The event itself, of a CloudEvent in structured mode with what its envelope says. */
    Headline opened() throws BadEvent {
        if (unreadable != null && !headers.containsKey(unreadable)) {
            throw new BadEvent(Failure.TEXT_INVALID, "header '" + unreadable + "' is not UTF-8");
        }
        if (!isStructured()) {
            return this;
        }
        SentEvent sent = StructuredMode.one(data);
        Map<String, String> said = new HashMap<>();
        sent.attributes().forEach((name, text) -> said.put(name.toLowerCase(Locale.ROOT), text));
        String model = attributes.get(MODEL);
        if (model != null) {
            said.putIfAbsent(MODEL, model);
        }
        return new Headline(event, ofTopic, said, Map.of(), sent.contentType(), sent.data(), null);
    }

    /** Whether it is an entry of a file and not a record from Kafka, no topic of which has a colon in its name. */
    boolean isEntry() {
        return event.topic().indexOf(':') >= 0;
    }

    /** Whether a header says that this is its format. */
    boolean isNamed(String format) {
        return format.equals(headers.get(FORMAT));
    }

    RawEvent event() {
        return event;
    }

    String topic() {
        return event.topic();
    }

    /** What a registered source says of the format of the topic; null where none does. */
    @Nullable
    SourceFormat ofTopic() {
        return ofTopic;
    }

    /** An attribute of CloudEvents, in binary mode or after opening. */
    @Nullable
    String attribute(String name) {
        return attributes.get(name);
    }

    /** An attribute that must be there and not empty, neither of which the SDK checks in all versions. */
    String required(String name) throws BadEvent {
        String value = attributes.get(name);
        if (value == null || value.isEmpty()) {
            throw new BadEvent(Failure.ENVELOPE_INVALID, "attribute '" + name + "' is missing or empty");
        }
        return value;
    }

    /** A header that is no attribute. */
    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** Of the data; in binary mode the header {@code content-type}, else {@code datacontenttype}. */
    @Nullable
    String contentType() {
        return contentType == null ? attributes.get("datacontenttype") : contentType;
    }

    /** The body, or once opened the data in the envelope, exactly as sent. */
    byte[] data() {
        return data;
    }

    /** Whether it is a CloudEvent whose envelope is its body and still closed. */
    boolean isStructured() {
        return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED);
    }

    /** The attribute {@code modelid}: a model's own id. */
    @Nullable
    String modelId() {
        return attributes.get(MODEL);
    }

    /** The type of the CloudEvent; empty where it is none, or is not opened. */
    String type() {
        return attributes.getOrDefault("type", "");
    }

    /**
     * Has the official SDK check the attributes.
     *
     * <p>The SDK's JSON reader is not used: it writes {@code data} anew, so that {@code 1.10} becomes {@code 1.1}
     * (docs/decisions/0004-data-as-sent.md).
     */
    CloudEvent cloudEvent() throws BadEvent {
        String version = attributes.get("specversion");
        if (version == null) {
            throw new BadEvent(
                    Failure.NOT_A_CLOUDEVENT,
                    "there is no header ce_specversion, and content-type is "
                            + (contentType == null ? "missing" : "'" + contentType + "'") + ", not " + STRUCTURED);
        }
        try {
            CloudEventBuilder builder = CloudEventBuilder.fromSpecVersion(SpecVersion.parse(version));
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                // Some bridges send the content type beside the header of the same meaning.
                if (!attribute.getKey().equals("specversion")
                        && !attribute.getKey().equals("datacontenttype")) {
                    builder.withContextAttribute(attribute.getKey(), attribute.getValue());
                }
            }
            return builder.build();
        } catch (CloudEventRWException | IllegalArgumentException | IllegalStateException invalid) {
            throw new BadEvent(Failure.ENVELOPE_INVALID, String.valueOf(invalid.getMessage()));
        }
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static boolean isAttribute(String header) {
        return header.length() > 3
                && header.charAt(0) == 'c'
                && header.charAt(1) == 'e'
                && (header.charAt(2) == '_' || header.charAt(2) == '-');
    }
}
