package dev.inferencestore.domain.format;

import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.format.body.Said;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.SentEvent;
import dev.inferencestore.domain.wire.StructuredMode;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the Azure ML data collector: a CloudEvent in structured mode. Halves have ids of their own and are joined by
 * {@code correlationid}; one line may hold a batch, then that has as many ids as the data has elements.
 */
final class AzureMl implements Format {
    private static final String NAME = "azureml";
    private static final String TYPE = "azureml.inference.";
    private static final String JSON = "application/json";

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
        SentEvent sent = StructuredMode.one(event.data());
        String type = sent.attributes().getOrDefault("type", "");
        Part part = part(type);
        String ids = sent.attributes().getOrDefault("correlationid", "");
        if (ids.isEmpty()) {
            throw new BadEvent(Failure.FIELD_MISSING, "correlationid is missing");
        }
        String source = sent.attributes().getOrDefault("source", "");
        long at = Times.createdAt("time", sent.attributes().get("time"), event.event());
        MetadataFields about = new MetadataFields()
                .text("modelversion", sent.attributes().get("modelversion"))
                .text("collection", type.startsWith(TYPE) ? type.substring(TYPE.length()) : type);
        List<Inference> inferences = new ArrayList<>();
        for (Element element : elements(ids, sent)) {
            Exchange exchange = new Exchange(
                    Texts.check("correlationid", element.id, Limits.INFERENCE_ID), at, null, source, about);
            Body body = new Body(null, part, List.of(Said.of(element.payload)));
            inferences.addAll(exchange.inferences(part, body));
        }
        return new Decoded(
                Entries.model(event, ModelName.of(SourceKey.named(SourceFormat.AZUREML, source))), inferences);
    }

    private static Part part(String type) throws BadEvent {
        if (type.startsWith(TYPE)) {
            if (type.endsWith("request") || type.endsWith("inputs")) {
                return Part.REQUEST;
            }
            if (type.endsWith("response") || type.endsWith("outputs")) {
                return Part.RESPONSE;
            }
        }
        throw new BadEvent(
                Failure.TYPE_UNKNOWN,
                "type '" + type + "' is not " + TYPE
                        + "request, response, inputs, outputs, model_inputs, model_outputs");
    }

    private static List<Element> elements(String ids, SentEvent sent) throws BadEvent {
        String said = Texts.checkOptional("datacontenttype", sent.contentType(), Limits.CONTENT_TYPE);
        String type = said == null ? JSON : said;
        if ("true".equalsIgnoreCase(sent.attributes().get("datainblob"))) {
            return List.of(
                    new Element(ids, Payload.at(type, Texts.check("data", address(sent.data()), Limits.REFERENCE))));
        }
        String[] each = ids.split(",", -1);
        List<byte[]> data = each.length > 1 ? list(sent.data(), each.length) : List.of();
        if (data.size() == each.length) {
            List<Element> elements = new ArrayList<>();
            for (int i = 0; i < each.length; i++) {
                String id = each[i].strip();
                if (id.isEmpty()) {
                    throw new BadEvent(Failure.FIELD_INVALID, "correlationid has an empty id among several");
                }
                elements.add(new Element(id, new Payload(type, data.get(i))));
            }
            return elements;
        }
        return List.of(new Element(ids, new Payload(type, sent.data())));
    }

    /** The elements of a list, as they were sent; none where it is no list, or one of more than so many. */
    private static List<byte[]> list(byte[] data, int most) throws BadEvent {
        if (data.length == 0 || data[0] != '[') {
            return List.of();
        }
        return Json.readBeginning(data, parser -> {
            List<byte[]> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (elements.size() == most) {
                    return List.of();
                }
                elements.add(Json.slice(data, parser));
            }
            return elements;
        });
    }

    /** The address in the data, which is a text with or without the quotes of JSON. */
    private static String address(byte[] data) throws BadEvent {
        if (data.length == 0 || (data.length == 2 && data[0] == '"')) {
            throw new BadEvent(Failure.FIELD_MISSING, "data must say where it is, since datainblob is true");
        }
        if (data[0] == '"') {
            return Json.read(data, parser -> Json.text(parser, "data"));
        }
        return Texts.utf8("data", data, 0, data.length);
    }

    /** One inference of a line. */
    private record Element(String id, Payload payload) {}
}
