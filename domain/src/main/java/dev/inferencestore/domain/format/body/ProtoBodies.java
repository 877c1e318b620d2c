package dev.inferencestore.domain.format.body;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.MetadataFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of the Open Inference Protocol over gRPC: {@code inference.ModelInferRequest} and
 * {@code ModelInferResponse}. Only what is needed of them is read, by field number, so that no generated class ties us to a
 * version. What is no such message is kept as it was sent.
 */
public final class ProtoBodies {
    private static final String REQUEST = "application/x-protobuf; proto=inference.ModelInferRequest";
    private static final String RESPONSE = "application/x-protobuf; proto=inference.ModelInferResponse";

    private static final int MODEL_NAME = 1;
    private static final int ID = 3;
    private static final int PARAMETERS = 4;
    private static final int TENSORS = 5;
    private static final int RAW_INPUTS = 7;

    private final ProtoParameters shared = new ProtoParameters();
    private final List<ProtoTensor> tensors = new ArrayList<>();
    private final List<byte[]> raw = new ArrayList<>();
    private @Nullable String id;
    private boolean namesModel;

    private ProtoBodies() {}

    /** Reads one, of the half that the event says it is. */
    public static Body of(Part part, byte[] data) throws BadEvent {
        ProtoBodies message = new ProtoBodies();
        String type = part == Part.REQUEST ? REQUEST : RESPONSE;
        if (!message.read(part, data)) {
            return new Body(null, part, List.of(Said.of(new Payload(ContentTypes.of(data), data))));
        }
        List<Said> images = part == Part.REQUEST ? message.images() : null;
        return new Body(message.id, part, images == null ? List.of(message.asSent(type, data)) : images);
    }

    /** Whether bytes are such a message, as far as can be told: it names a model and has a tensor. */
    public static boolean is(Part part, byte[] data) {
        ProtoBodies message = new ProtoBodies();
        return message.read(part, data) && message.namesModel && !message.tensors.isEmpty();
    }

    /** False where it is no such message. */
    private boolean read(Part part, byte[] data) {
        CodedInputStream in = CodedInputStream.newInstance(data);
        try {
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case MODEL_NAME -> {
                        in.readStringRequireUtf8();
                        namesModel = true;
                    }
                    case ID -> {
                        String said = in.readStringRequireUtf8();
                        id = said.isEmpty() ? null : said;
                    }
                    case PARAMETERS -> shared.read(in);
                    case TENSORS -> {
                        // An empty one has two bytes in the message and a hundred times that in memory.
                        if (tensors.size() > ByteInputs.MOST) {
                            in.skipField(tag);
                        } else {
                            tensors.add(ProtoTensor.read(in));
                        }
                    }
                    case RAW_INPUTS -> {
                        if (part == Part.REQUEST && raw.size() <= ByteInputs.MOST) {
                            raw.add(in.readByteArray());
                        } else {
                            in.skipField(tag);
                        }
                    }
                    default -> in.skipField(tag);
                }
            }
            return true;
        } catch (IOException | IllegalStateException noMessage) {
            return false;
        }
    }

    /** The inputs, where each is bytes with one element; null of any other message. */
    private @Nullable List<Said> images() throws BadEvent {
        if (tensors.isEmpty() || tensors.size() > ByteInputs.MOST || (!raw.isEmpty() && raw.size() != tensors.size())) {
            return null;
        }
        List<Said> images = new ArrayList<>(tensors.size());
        for (int i = 0; i < tensors.size(); i++) {
            ProtoTensor tensor = tensors.get(i);
            byte[] bytes = tensor.only(raw.isEmpty() ? null : raw.get(i));
            if (bytes == null) {
                return null;
            }
            ProtoParameters own = tensor.parameters();
            String said = own.mediaType() == null ? shared.mediaType() : own.mediaType();
            MetadataFields others = new MetadataFields().addAll(shared.others()).addAll(own.others());
            MetadataFields beside = new MetadataFields();
            if (!others.isEmpty()) {
                beside.json("parameters", others.object());
            }
            if (tensors.size() > 1) {
                beside.json(
                        "request",
                        new MetadataFields().text("input", tensor.name()).object());
            }
            images.add(new Said(
                    own.action() == null ? shared.action() : own.action(),
                    new MetadataFields()
                            .addAll(shared.fields())
                            .addAll(own.fields())
                            .under(beside),
                    new Payload(said == null ? ContentTypes.of(bytes) : said, bytes)));
        }
        return images;
    }

    private Said asSent(String type, byte[] data) throws BadEvent {
        String action = shared.action();
        MetadataFields metadata = new MetadataFields().addAll(shared.fields());
        // As of JSON: what stands closer to the data, and of several the first, wins.
        for (int i = tensors.size() - 1; i >= 0; i--) {
            ProtoParameters own = tensors.get(i).parameters();
            metadata.addAll(own.fields()).checkSize();
            action = own.action() == null ? action : own.action();
        }
        return new Said(action, metadata, new Payload(type, data));
    }
}
