package dev.inferencestore.domain.format.body;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.MetadataFields;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code parameters} of a message: a map from names to values of one of a few types. */
final class ProtoParameters {
    private static final int KEY = 1;
    private static final int VALUE = 2;

    private static final int BOOL = 1;
    private static final int INT64 = 2;
    private static final int STRING = 3;
    private static final int DOUBLE = 4;
    private static final int UINT64 = 5;

    private final MetadataFields others = new MetadataFields();
    private @Nullable String action;
    private @Nullable String metadata;
    private @Nullable String contentType;

    /** Reads one entry of the map, at whose length the stream stands. */
    void read(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        String name = "";
        Object value = "";
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == KEY) {
                name = in.readStringRequireUtf8();
            } else if (field == VALUE) {
                value = value(in);
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(end);
        put(name, value);
    }

    /** The metadata that these are, and under {@code parameters} what else they say. */
    MetadataFields fields() throws BadEvent {
        MetadataFields fields = PlatformMetadata.of(new Parameters(action, metadata, contentType, Map.of()));
        others.checkSize();
        return fields;
    }

    MetadataFields others() {
        return others;
    }

    @Nullable
    String action() {
        return action;
    }

    /** The type of the bytes of an input, where it is one. */
    @Nullable
    String mediaType() {
        return ContentTypes.isMediaType(contentType) ? contentType : null;
    }

    private void put(String name, Object value) {
        String text = value.toString();
        if (name.equals("action") && !text.isEmpty()) {
            action = text;
        } else if (name.equals("metadata") && PlatformMetadata.isMeant(text)) {
            metadata = text;
        } else if (name.equals("content_type")) {
            contentType = text;
        } else if (others.isTooLarge()) {
            // The event will be refused for it: there may be millions more.
            return;
        } else if (value instanceof String) {
            others.text(name, text);
        } else {
            others.json(name, text);
        }
    }

    private static Object value(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        Object value = "";
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            switch (WireFormat.getTagFieldNumber(tag)) {
                case BOOL -> value = in.readBool();
                case INT64 -> value = in.readInt64();
                case STRING -> value = in.readStringRequireUtf8();
                case DOUBLE -> {
                    double number = in.readDouble();
                    value = Double.isFinite(number) ? number : String.valueOf(number);
                }
                case UINT64 -> value = Long.toUnsignedString(in.readUInt64());
                default -> in.skipField(tag);
            }
        }
        in.popLimit(end);
        return value;
    }
}
