package dev.inferencestore.domain.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.body.Bodies;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An entry of KServe's logger to an object store: one half of a call as a JSON object. */
final class KServeBlob implements Format {
    private static final String NAME = "kserve-blob";

    @Override
    public boolean takes(Headline event) {
        return event.isEntry() && event.isNamed(NAME);
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        String said = event.header(Headline.FILE_MODEL);
        return said == null ? null : ModelName.ofId(said);
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        JsonNode entry = Json.tree(event.data());
        if (!entry.isObject()) {
            throw new BadEvent(Failure.FIELD_INVALID, "the entry must be a JSON object");
        }
        String kind = Entries.text(entry, "reqType").toLowerCase(Locale.ROOT);
        Part part = kind.endsWith("request") ? Part.REQUEST : kind.endsWith("response") ? Part.RESPONSE : null;
        if (part == null) {
            throw new BadEvent(Failure.FIELD_INVALID, "reqType must end in request or response");
        }
        String sent = Entries.optional(entry, "bytes");
        byte[] bytes = sent == null ? new byte[0] : Entries.base64("bytes", sent);
        String type = Texts.checkOptional("contentType", Entries.optional(entry, "contentType"), Limits.CONTENT_TYPE);
        Body body = part == Part.REQUEST ? Bodies.request(bytes, type) : Bodies.response(bytes, type);
        String endpoint = Entries.optional(entry, "endpoint");
        Exchange exchange = new Exchange(
                Texts.check("id", Entries.text(entry, "id"), Limits.INFERENCE_ID),
                Times.createdAt("occurrenceTime", Entries.optional(entry, "occurrenceTime"), event.event()),
                status(entry.path("statusCode")),
                Entries.optional(entry, "sourceUri"),
                new MetadataFields()
                        .object("headers", object(entry.path("metadata")))
                        .object("annotations", object(entry.path("annotations")))
                        .text("endpoint", endpoint == null || endpoint.isEmpty() ? null : endpoint));
        return new Decoded(Entries.model(event, name(entry, endpoint)), exchange.inferences(part, body));
    }

    private static ModelName name(JsonNode entry, @Nullable String endpoint) throws BadEvent {
        String service = Entries.optional(entry, "inferenceService");
        if (service == null) {
            return ModelName.ofId("");
        }
        String namespace = Entries.optional(entry, "namespace");
        String component = Entries.optional(entry, "component");
        SourceKey any = SourceKey.kserve(namespace, service, component, null);
        return endpoint == null || endpoint.isEmpty()
                ? ModelName.of(any)
                : ModelName.of(SourceKey.kserve(namespace, service, component, endpoint), any);
    }

    private static @Nullable String object(JsonNode json) {
        return json.isObject() && !json.isEmpty() ? json.toString() : null;
    }

    private static @Nullable Integer status(JsonNode json) {
        return json.isInt() && json.intValue() >= 100 && json.intValue() <= 999 ? json.intValue() : null;
    }
}
