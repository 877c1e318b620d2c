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
    /** What the inputs share stands in the metadata of each, so that without a limit a small event could fill the memory. */
    static final int MOST = 256;

    private final byte[] body;
    private final Parameters shared;
    private final MetadataFields metadata;
    private final MetadataFields parameters;
    private final MetadataFields request;

    private ByteInputs(byte[] body, Call call) throws BadEvent {
        this.body = body;
        this.shared = call.parameters();
        this.metadata = PlatformMetadata.of(shared);
        this.parameters = others(shared);
        this.request = new MetadataFields();
        for (Map.Entry<String, Slice> other : call.others().entrySet()) {
            request.json(other.getKey(), other.getValue().text(body));
        }
        parameters.checkSize();
        request.checkSize();
    }

    /** The inferences of such a request; null of any other. */
    static @Nullable List<Said> of(byte[] body, Call call) throws BadEvent {
        List<Tensor> inputs = call.inputs();
        if (inputs == null
                || inputs.size() > MOST
                || !inputs.stream().allMatch(input -> input.isBytes() && input.only() != null)) {
            return null;
        }
        ByteInputs request = new ByteInputs(body, call);
        List<Said> said = new ArrayList<>(inputs.size());
        try {
            for (Tensor input : inputs) {
                said.add(request.one(input, inputs.size() > 1));
            }
        } catch (BadEvent bad) {
            if (bad.failure() == Failure.FIELD_INVALID) {
                return null;
            }
            throw bad;
        }
        return said;
    }

    private Said one(Tensor input, boolean isOneOfSeveral) throws BadEvent {
        Parameters own = input.parameters();
        String contentType = own.contentType() == null ? shared.contentType() : own.contentType();
        return new Said(
                own.action() == null ? shared.action() : own.action(),
                new MetadataFields()
                        .addAll(metadata)
                        .addAll(PlatformMetadata.of(own))
                        .under(beside(input, isOneOfSeveral)),
                BytesInput.of(body, input.element(), contentType, shared.areOfPlatform() || own.areOfPlatform()));
    }

    private MetadataFields beside(Tensor input, boolean isOneOfSeveral) throws BadEvent {
        MetadataFields beside = new MetadataFields();
        MetadataFields all = new MetadataFields().addAll(parameters).addAll(others(input.parameters()));
        if (!all.isEmpty()) {
            beside.json("parameters", all.object());
        }
        MetadataFields fields = new MetadataFields().text("input", isOneOfSeveral ? input.name() : null);
        fields = request.under(fields);
        if (!fields.isEmpty()) {
            beside.json("request", fields.object());
        }
        return beside;
    }

    private MetadataFields others(Parameters said) throws BadEvent {
        MetadataFields fields = new MetadataFields();
        for (Map.Entry<String, Slice> other : said.others().entrySet()) {
            fields.json(other.getKey(), other.getValue().text(body));
        }
        String contentType = said.contentType();
        if (contentType != null && !BytesInput.isApplied(contentType)) {
            fields.text("content_type", contentType);
        }
        String text = said.metadata();
        if (text != null && !PlatformMetadata.isMeant(text)) {
            fields.text("metadata", text);
        }
        return fields;
    }
}
