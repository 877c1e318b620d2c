package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.format.body.Said;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an envelope says of a call to a model server, one half of which is its body.
 *
 * @param createdAt microseconds since 1970
 * @param about what goes into the metadata beside that of the body
 */
record Exchange(
        String id,
        long createdAt,
        @Nullable Integer statusCode,
        @Nullable String source,
        MetadataFields about) {

    /** The inferences of a body, checked: the first has the id of the exchange, the others {@code <id>-1} and so on. */
    List<Inference> inferences(Part part, Body body) throws BadEvent {
        List<Inference> inferences = new ArrayList<>(body.said().size());
        MetadataFields beside = about;
        if (part == Part.REQUEST && body.id() != null && !body.id().equals(id)) {
            beside = new MetadataFields().addAll(about).text("request_id", body.id());
        }
        for (Said said : body.said()) {
            String name = inferences.isEmpty() ? id : id + "-" + inferences.size();
            Payload payload = said.payload();
            Texts.checkOptional("content-type", payload.contentType(), Limits.CONTENT_TYPE);
            inferences.add(new Inference(
                    "",
                    Texts.check("id", name, Limits.INFERENCE_ID),
                    createdAt,
                    part,
                    Texts.checkOptional("action", said.action(), Limits.ACTION),
                    part == Part.REQUEST ? payload : null,
                    part == Part.REQUEST ? null : payload,
                    said.metadata().under(beside).checked(),
                    statusCode,
                    Texts.checkOptional("source", source, Limits.SOURCE),
                    null));
        }
        return inferences;
    }
}
