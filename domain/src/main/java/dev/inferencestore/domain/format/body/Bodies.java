package dev.inferencestore.domain.format.body;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.MetadataFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a call: Open Inference Protocol v2, KServe v1, OpenAI. What is none of these, or is broken, is kept as
 * it was sent; only metadata that cannot be stored makes a bad event. Nothing is decompressed.
 */
public final class Bodies {
    private Bodies() {}

    /**
     * What was asked of a model.
     *
     * @param contentType as said by the event; null where it does not say
     */
    public static Body request(byte[] data, @Nullable String contentType) throws BadEvent {
        Call call = Call.read(data);
        if (call == null) {
            return unread(data, contentType, null);
        }
        List<Said> images = ByteInputs.of(data, call);
        return images == null ? asSent(data, contentType, call) : new Body(call.id(), call.part(), images);
    }

    /** What a model answered. Its content type is often that of the request, so the bytes are asked first. */
    public static Body response(byte[] data, @Nullable String contentType) throws BadEvent {
        if (EventStream.is(data)) {
            return stream(data);
        }
        Call call = Call.read(data);
        return call == null ? unread(data, contentType, null) : asSent(data, contentType, call);
    }

    /** One of the two, for events that do not say which: {@link Body#part} tells, where the shape does. */
    public static Body either(byte[] data, @Nullable String contentType) throws BadEvent {
        if (EventStream.is(data)) {
            return stream(data);
        }
        Call call = Call.read(data);
        if (call == null) {
            return unread(data, contentType, null);
        }
        List<Said> images = call.part() == Part.REQUEST ? ByteInputs.of(data, call) : null;
        return images == null ? asSent(data, contentType, call) : new Body(call.id(), call.part(), images);
    }

    private static Body unread(byte[] data, @Nullable String contentType, @Nullable Part part) {
        Payload payload = new Payload(ContentTypes.ofBody(data, contentType), data);
        return new Body(null, part, List.of(Said.of(payload)));
    }

    private static Body stream(byte[] data) {
        MetadataFields metadata = new MetadataFields();
        OpenAi openAi = OpenAi.stream(data);
        if (openAi != null) {
            metadata.json("openai", openAi.fields().object());
        }
        return new Body(
                null, Part.RESPONSE, List.of(new Said(null, metadata, new Payload(ContentTypes.EVENT_STREAM, data))));
    }

    /** The body as it is, with what its parameters and its tensors' say beside it. */
    private static Body asSent(byte[] data, @Nullable String contentType, Call call) throws BadEvent {
        List<Tensor> inputs = call.inputs();
        List<Tensor> tensors = inputs == null ? call.outputs() : inputs;
        String action = null;
        MetadataFields metadata = new MetadataFields();
        // What stands closer to the data, and of several the first, wins.
        metadata.addAll(PlatformMetadata.of(call.parameters()));
        for (int i = tensors.size() - 1; i >= 0; i--) {
            Parameters own = tensors.get(i).parameters();
            metadata.addAll(PlatformMetadata.of(own)).checkSize();
            action = own.action() == null ? action : own.action();
        }
        OpenAi openAi = call.openAi();
        if (openAi != null && !openAi.fields().isEmpty()) {
            metadata = metadata.under(
                    new MetadataFields().json("openai", openAi.fields().object()));
        }
        Payload payload = new Payload(ContentTypes.ofBody(data, contentType), data);
        return new Body(
                call.id(),
                call.part(),
                List.of(new Said(action == null ? call.parameters().action() : action, metadata, payload)));
    }
}
