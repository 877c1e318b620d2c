package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
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
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * KServe's inference logger, of all versions: what a component of an inference service was asked and answered. Request and
 * response have the same {@code id} and {@code source}, so the type tells them apart; the source is an address inside a
 * pod and says nothing of the model.
 */
final class KServe implements Format {
    private static final String REQUEST = "org.kubeflow.serving.inference.request";
    private static final String RESPONSE = "org.kubeflow.serving.inference.response";

    /** The SDK does not know it any more; loggers of KFServing write it. */
    private static final String VERSION_0_2 = "0.2";

    private static final int LOWEST_STATUS = 100;
    private static final int HIGHEST_STATUS = 999;

    @Override
    public boolean takes(Headline event) {
        String type = event.type();
        return type.equals(REQUEST) || type.equals(RESPONSE);
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        String id = extension(event, "modelid");
        if (id != null) {
            return ModelName.ofId(id);
        }
        String named = extension(event, "inferenceservicename");
        String service = named == null ? extension(event, "inferenceservice") : named;
        if (service == null) {
            return null;
        }
        String namespace = extension(event, "namespace");
        String component = extension(event, "component");
        String endpoint = extension(event, "endpoint");
        SourceKey anyEndpoint = SourceKey.kserve(namespace, service, component, null);
        return endpoint == null
                ? ModelName.of(anyEndpoint)
                : ModelName.of(SourceKey.kserve(namespace, service, component, endpoint), anyEndpoint);
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        check(event);
        ModelName model = model(event);
        if (model == null) {
            throw new BadEvent(Failure.MODEL_MISSING, "there is neither inferenceservicename nor modelid");
        }
        Part part = event.type().equals(REQUEST) ? Part.REQUEST : Part.RESPONSE;
        Payload sent = References.payload(event, contentType(event));
        return new Decoded(model, exchange(event).inferences(part, body(part, sent)));
    }

    private static Body body(Part part, Payload sent) throws BadEvent {
        if (sent.isToBeFetched()) {
            return Body.unread(sent);
        }
        return part == Part.REQUEST
                ? Bodies.request(sent.bytes(), sent.contentType())
                : Bodies.response(sent.bytes(), sent.contentType());
    }

    private static Exchange exchange(Headline event) throws BadEvent {
        MetadataFields about = new MetadataFields()
                .object("headers", said(event, "metadata"))
                .object("annotations", said(event, "annotations"))
                .text("endpoint", extension(event, "endpoint"));
        String said = extension(event, "statuscode");
        Integer status = said == null ? null : status(said);
        if (status == null) {
            about.text("statuscode", said);
        }
        String time = event.attribute("time");
        return new Exchange(
                Texts.check("id", event.required("id"), Limits.INFERENCE_ID),
                Times.createdAt("time", time == null ? extension(event, "recordedtime") : time, event.event()),
                status,
                event.required("source"),
                about);
    }

    private static void check(Headline event) throws BadEvent {
        if (VERSION_0_2.equals(event.attribute("specversion"))) {
            event.required("id");
            event.required("source");
        } else {
            event.cloudEvent();
        }
    }

    private static @Nullable String contentType(Headline event) throws BadEvent {
        String said = event.contentType() == null ? event.attribute("contenttype") : event.contentType();
        return said == null || said.isEmpty() ? null : Texts.check("content-type", said, Limits.CONTENT_TYPE);
    }

    /** What the logger sends even when it has nothing to say is left out. */
    private static @Nullable String said(Headline event, String name) {
        String text = extension(event, name);
        return text == null || text.equals("{}") || text.equals("null") ? null : text;
    }

    /** Old loggers wrote extensions as JSON texts, quotes and all; others send them empty where they have no value. */
    private static @Nullable String extension(Headline event, String name) {
        String value = event.attribute(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (value.length() < 2 || value.charAt(0) != '"' || value.charAt(value.length() - 1) != '"') {
            return value;
        }
        try {
            String text = Json.read(value.getBytes(StandardCharsets.UTF_8), parser -> Json.text(parser, name));
            return text.isEmpty() ? null : text;
        } catch (BadEvent notQuoted) {
            return value;
        }
    }

    /** As a number; null where it is none, and then it is kept as it was said. */
    private static @Nullable Integer status(String said) {
        try {
            int status = Integer.parseInt(said);
            return status >= LOWEST_STATUS && status <= HIGHEST_STATUS ? status : null;
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }
}
