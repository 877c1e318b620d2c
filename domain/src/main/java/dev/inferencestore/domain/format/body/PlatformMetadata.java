package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The parameter {@code metadata}: a list of {@code {"key","type","value"}}, or an object, of which
 * {@code standard_metadata} and {@code extended_metadata} are opened and everything else is taken as it is. Values that
 * travel as text get the type that they are said to have.
 */
final class PlatformMetadata {
    private static final Set<String> OPENED = Set.of("standard_metadata", "extended_metadata");

    /** Characters: as it is sent, with types and keys written out, it is longer than what is stored of it. */
    private static final int LONGEST = 4 * Limits.METADATA;

    private final byte[] json;
    private final MetadataFields fields;
    private final Set<String> seen = new HashSet<>();

    private PlatformMetadata(byte[] json, MetadataFields fields) {
        this.json = json;
        this.fields = fields;
    }

    /** Whether a text is meant to be metadata, and not just a word. */
    static boolean isMeant(String text) {
        String begin = text.stripLeading();
        return begin.startsWith("{") || begin.startsWith("[");
    }

    /**
     * The fields that parameters hold; none where their {@code metadata} is just a word.
     *
     * @throws BadEvent where it is no metadata. It is not kept as text, where rules that redact a field would miss it
     */
    static MetadataFields of(Parameters parameters) throws BadEvent {
        MetadataFields fields = new MetadataFields();
        String text = parameters.metadata();
        if (text == null || !isMeant(text)) {
            return fields;
        }
        if (text.length() > LONGEST) {
            throw new BadEvent(
                    Failure.METADATA_INVALID,
                    "parameters.metadata has " + text.length() + " characters; the most is " + LONGEST);
        }
        Texts.storable("parameters.metadata", text);
        byte[] json = text.strip().getBytes(StandardCharsets.UTF_8);
        PlatformMetadata metadata = new PlatformMetadata(json, fields);
        try {
            Json.readStrictly(json, parser -> {
                metadata.any(parser);
                return true;
            });
        } catch (BadEvent bad) {
            throw bad.failure() == Failure.JSON_INVALID
                    ? new BadEvent(Failure.METADATA_INVALID, "parameters.metadata is no JSON: " + bad.detail())
                    : bad;
        }
        return fields;
    }

    private void any(JsonParser parser) throws IOException, BadEvent {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            list(parser);
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            object(parser);
        } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
            throw new BadEvent(Failure.METADATA_INVALID, "parameters.metadata must be an object or a list");
        }
    }

    private void object(JsonParser parser) throws IOException, BadEvent {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            boolean opens = value.isStructStart() || value == JsonToken.VALUE_NULL;
            if (OPENED.contains(name) && opens) {
                any(parser);
            } else {
                set(name, TypedValue.of(json, parser, "", name));
            }
        }
    }

    private void list(JsonParser parser) throws IOException, BadEvent {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new BadEvent(Failure.METADATA_INVALID, "each entry of parameters.metadata must be an object");
            }
            entry(parser);
        }
    }

    /** What an entry has beside key, type and value stays beside its value. */
    private void entry(JsonParser parser) throws IOException, BadEvent {
        String key = null;
        String type = "";
        Slice value = null;
        MetadataFields beside = new MetadataFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("key") && token == JsonToken.VALUE_STRING) {
                key = parser.getText();
            } else if (name.equals("type") && token == JsonToken.VALUE_STRING) {
                type = parser.getText();
            } else if (name.equals("value")) {
                value = Slice.at(parser);
            } else {
                beside.json(name, Slice.at(parser).text(json));
            }
        }
        if (key == null) {
            throw new BadEvent(Failure.METADATA_INVALID, "an entry of parameters.metadata has no key");
        }
        String typed = value == null ? "null" : TypedValue.of(value.text(json), type, key);
        set(key, beside.isEmpty() ? typed : beside.json("value", typed).object());
    }

    private void set(String name, String value) throws BadEvent {
        if (!seen.add(name)) {
            throw new BadEvent(Failure.METADATA_INVALID, "parameters.metadata has '" + name + "' twice");
        }
        fields.json(name, value);
    }
}
