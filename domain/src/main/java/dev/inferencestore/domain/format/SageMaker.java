package dev.inferencestore.domain.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line of SageMaker Data Capture: a whole inference. Endpoint and variant stand in the path of the file only:
 * {@code …/<endpoint>/<variant>/yyyy/mm/dd/hh/<uuid>.jsonl}.
 */
final class SageMaker implements Format {
    private static final String NAME = "sagemaker";

    /** Parts of the path behind the variant: year, month, day, hour, file. */
    private static final int BEHIND_VARIANT = 5;

    @Override
    public boolean takes(Headline event) {
        return event.isEntry() && event.isNamed(NAME);
    }

    @Override
    public ModelName model(Headline event) throws BadEvent {
        String said = event.header(Headline.FILE_MODEL);
        if (said != null) {
            return ModelName.ofId(said);
        }
        String path = event.header(Entries.PATH);
        String[] parts = (path == null ? "" : path).split("/", -1);
        int variant = parts.length - 1 - BEHIND_VARIANT;
        if (variant < 1) {
            throw new BadEvent(
                    Failure.MODEL_MISSING,
                    "the path '" + path
                            + "' does not end in <endpoint>/<variant>/yyyy/mm/dd/hh/<file>, and the replay says"
                            + " no model");
        }
        String endpoint = parts[variant - 1];
        return ModelName.of(SourceKey.sagemaker(endpoint, parts[variant]), SourceKey.sagemaker(endpoint, null));
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        JsonNode line = Json.tree(event.data());
        JsonNode about = line.path("eventMetadata");
        Payload input = payload("endpointInput", line.path("captureData").path("endpointInput"));
        Payload output = payload("endpointOutput", line.path("captureData").path("endpointOutput"));
        if (input == null && output == null) {
            throw new BadEvent(Failure.FIELD_MISSING, "captureData has neither endpointInput nor endpointOutput");
        }
        String eventId = Entries.text(about, "eventId");
        String said = Entries.optional(about, "inferenceId");
        MetadataFields metadata = new MetadataFields().text("event_id", said == null ? null : eventId);
        JsonNode custom = about.path("customAttributes");
        if (custom.isArray() && !custom.isEmpty()) {
            metadata.json("custom_attributes", custom.toString());
        }
        return Decoded.of(
                model(event),
                new Inference(
                        "",
                        Texts.check("id", said == null || said.isEmpty() ? eventId : said, Limits.INFERENCE_ID),
                        Times.createdAt("inferenceTime", Entries.optional(about, "inferenceTime"), event.event()),
                        input == null ? Part.RESPONSE : output == null ? Part.REQUEST : Part.BOTH,
                        null,
                        input,
                        output,
                        metadata.checked(),
                        null,
                        null,
                        null));
    }

    private static @Nullable Payload payload(String name, JsonNode captured) throws BadEvent {
        if (!captured.isObject()) {
            return null;
        }
        String data = Entries.optional(captured, "data");
        if (data == null) {
            return null;
        }
        String encoding = Entries.optional(captured, "encoding");
        String type = Texts.checkOptional(
                name + ".observedContentType", Entries.optional(captured, "observedContentType"), Limits.CONTENT_TYPE);
        boolean binary = encoding != null && encoding.toUpperCase(Locale.ROOT).equals("BASE64");
        if (!binary
                && !List.of("CSV", "JSON", "").contains(encoding == null ? "" : encoding.toUpperCase(Locale.ROOT))) {
            throw new BadEvent(Failure.FIELD_INVALID, name + ".encoding must be CSV, JSON or BASE64");
        }
        return new Payload(type, binary ? Entries.base64(name + ".data", data) : data.getBytes(StandardCharsets.UTF_8));
    }
}
