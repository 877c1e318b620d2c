package dev.inferencestore.domain.format.body;

import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.wire.MetadataFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests all of whose inputs are BYTES with one element: each element is the input of an inference of its own, so that
 * what is downloaded is the image. What else the request says goes into the metadata, since the body is not kept.
 */
final class ByteInputs {
    private ByteInputs() {}

    /** The inferences of such a request; null of any other. */
    static @Nullable List<Said> of(byte[] body, Call call) throws BadEvent {
        List<Tensor> inputs = call.inputs();
        if (inputs == null || !inputs.stream().allMatch(input -> input.isBytes() && input.only() != null)) {
            return null;
        }
        List<Said> said = new ArrayList<>(inputs.size());
        try {
            for (Tensor input : inputs) {
                said.add(one(body, call, input, inputs.size() > 1));
            }
        } catch (BadEvent bad) {
            if (bad.failure() == Failure.FIELD_INVALID) {
                return null;
            }
            throw bad;
        }
        return said;
    }

    private static Said one(byte[] body, Call call, Tensor input, boolean isOneOfSeveral) throws BadEvent {
        Parameters shared = call.parameters();
        Parameters own = input.parameters();
        MetadataFields metadata = new MetadataFields();
        PlatformMetadata.into(metadata, shared);
        PlatformMetadata.into(metadata, own);
        String contentType = own.contentType() == null ? shared.contentType() : own.contentType();
        return new Said(
                own.action() == null ? shared.action() : own.action(),
                metadata.under(beside(body, call, input, isOneOfSeveral)),
                BytesInput.of(body, input.element(), contentType, shared.areOfPlatform() || own.areOfPlatform()));
    }

    private static MetadataFields beside(byte[] body, Call call, Tensor input, boolean isOneOfSeveral) throws BadEvent {
        MetadataFields parameters = new MetadataFields();
        add(parameters, body, call.parameters());
        add(parameters, body, input.parameters());
        MetadataFields request = new MetadataFields();
        if (isOneOfSeveral) {
            request.text("input", input.name());
        }
        for (Map.Entry<String, Slice> other : call.others().entrySet()) {
            request.json(other.getKey(), other.getValue().text(body));
        }
        MetadataFields beside = new MetadataFields();
        if (!parameters.isEmpty()) {
            beside.json("parameters", parameters.object());
        }
        if (!request.isEmpty()) {
            beside.json("request", request.object());
        }
        return beside;
    }

    private static void add(MetadataFields fields, byte[] body, Parameters parameters) throws BadEvent {
        for (Map.Entry<String, Slice> other : parameters.others().entrySet()) {
            fields.json(other.getKey(), other.getValue().text(body));
        }
        String contentType = parameters.contentType();
        if (contentType != null && !BytesInput.isApplied(contentType)) {
            fields.text("content_type", contentType);
        }
        String metadata = parameters.metadata();
        if (metadata != null && !PlatformMetadata.isMeant(metadata)) {
            fields.text("metadata", metadata);
        }
    }
}
