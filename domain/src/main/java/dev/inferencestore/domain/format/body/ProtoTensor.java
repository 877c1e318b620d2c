package dev.inferencestore.domain.format.body;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An input or output of a message: what of it is worth looking at. */
final class ProtoTensor {
    private static final int NAME = 1;
    private static final int DATATYPE = 2;
    private static final int PARAMETERS = 4;
    private static final int CONTENTS = 5;
    private static final int BYTES_CONTENTS = 8;

    /** An element of {@code raw_input_contents} begins with its length. */
    private static final int LENGTH = 4;

    private final ProtoParameters parameters = new ProtoParameters();
    private String name = "";
    private boolean isBytes;
    private int elements;
    private byte @Nullable [] first;

    /** Reads a tensor, at whose length the stream stands. */
    static ProtoTensor read(CodedInputStream in) throws IOException {
        ProtoTensor tensor = new ProtoTensor();
        int end = in.pushLimit(in.readRawVarint32());
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            switch (WireFormat.getTagFieldNumber(tag)) {
                case NAME -> tensor.name = in.readStringRequireUtf8();
                case DATATYPE -> tensor.isBytes = in.readStringRequireUtf8().equals("BYTES");
                case PARAMETERS -> tensor.parameters.read(in);
                case CONTENTS -> tensor.contents(in);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(end);
        return tensor;
    }

    String name() {
        return name;
    }

    ProtoParameters parameters() {
        return parameters;
    }

    /**
     * The bytes of a BYTES tensor with one element; null of any other.
     *
     * @param raw its entry in {@code raw_input_contents}, where the message has that
     */
    byte @Nullable [] only(byte @Nullable [] raw) {
        if (!isBytes) {
            return null;
        }
        if (raw == null) {
            return elements == 1 ? first : null;
        }
        if (elements > 0 || raw.length < LENGTH) {
            return null;
        }
        long length = (raw[0] & 0xFFL) | (raw[1] & 0xFFL) << 8 | (raw[2] & 0xFFL) << 16 | (raw[3] & 0xFFL) << 24;
        return length == raw.length - LENGTH ? Arrays.copyOfRange(raw, LENGTH, raw.length) : null;
    }

    private void contents(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        while (!in.isAtEnd()) {
            int tag = in.readTag();
            if (WireFormat.getTagFieldNumber(tag) == BYTES_CONTENTS && elements == 0) {
                first = in.readByteArray();
                elements++;
            } else {
                in.skipField(tag);
                elements++;
            }
        }
        in.popLimit(end);
    }
}
