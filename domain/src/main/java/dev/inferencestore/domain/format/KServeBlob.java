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

/**
 * An entry of KServe's logger to an object store: one half of a call as a JSON object. Up to version 0.16 its names begin
 * with a capital ({@code ReqType}); {@code occurrenceTime} is there from 0.18 on.
 */
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
        String kind = required(entry, "reqType").toLowerCase(Locale.ROOT);
        Part part = kind.endsWith("request") ? Part.REQUEST : kind.endsWith("response") ? Part.RESPONSE : null;
        if (part == null) {
            throw new BadEvent(Failure.FIELD_INVALID, "reqType must end in request or response");
        }
        String sent = text(entry, "bytes");
        byte[] bytes = sent == null ? new byte[0] : Entries.base64("bytes", sent);
        String type = Texts.checkOptional("contentType", text(entry, "contentType"), Limits.CONTENT_TYPE);
        Body body = part == Part.REQUEST ? Bodies.request(bytes, type) : Bodies.response(bytes, type);
        Exchange exchange = new Exchange(
                Texts.check("id", required(entry, "id"), Limits.INFERENCE_ID),
                Times.createdAt("occurrenceTime", text(entry, "occurrenceTime"), event.event()),
                status(field(entry, "statusCode")),
                source(field(entry, "sourceUri")),
                new MetadataFields()
                        .object("headers", object(field(entry, "metadata")))
                        .object("annotations", object(field(entry, "annotations")))
                        .text("endpoint", text(entry, "endpoint")));
        return new Decoded(name(event, entry), exchange.inferences(part, body));
    }

    private static ModelName name(Headline event, JsonNode entry) throws BadEvent {
        String said = event.header(Headline.FILE_MODEL);
        if (said != null) {
            return ModelName.ofId(said);
        }
        String service = text(entry, "inferenceService");
        if (service == null) {
            throw new BadEvent(
                    Failure.MODEL_MISSING, "the entry has no inferenceService, and the replay says no model");
        }
        String namespace = text(entry, "namespace");
        String component = text(entry, "component");
        String endpoint = text(entry, "endpoint");
        SourceKey any = SourceKey.kserve(namespace, service, component, null);
        return endpoint == null
                ? ModelName.of(any)
                : ModelName.of(SourceKey.kserve(namespace, service, component, endpoint), any);
    }

    /** A field by its name, or by the one that old versions write. */
    private static JsonNode field(JsonNode entry, String name) {
        JsonNode value = entry.path(name);
        return value.isMissingNode() ? entry.path(Character.toUpperCase(name.charAt(0)) + name.substring(1)) : value;
    }

    /** A text; null where it is not given or, as old versions write that, empty. */
    private static @Nullable String text(JsonNode entry, String name) throws BadEvent {
        JsonNode value = field(entry, name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new BadEvent(Failure.FIELD_INVALID, name + " must be a string");
        }
        return value.textValue().isEmpty() ? null : value.textValue();
    }

    private static String required(JsonNode entry, String name) throws BadEvent {
        String text = text(entry, name);
        if (text == null) {
            throw new BadEvent(Failure.FIELD_MISSING, name + " is missing");
        }
        return text;
    }

    /** An address, which the logger writes as the object that it is in Go. */
    private static @Nullable String source(JsonNode said) {
        if (said.isTextual()) {
            return said.textValue();
        }
        String host = said.path("Host").asText("");
        return host.isEmpty()
                ? null
                : said.path("Scheme").asText("http") + "://" + host
                        + said.path("Path").asText("");
    }

    private static @Nullable String object(JsonNode json) {
        return json.isObject() && !json.isEmpty() ? json.toString() : null;
    }

    private static @Nullable Integer status(JsonNode json) {
        return json.isInt() && json.intValue() >= 100 && json.intValue() <= 999 ? json.intValue() : null;
    }
}
