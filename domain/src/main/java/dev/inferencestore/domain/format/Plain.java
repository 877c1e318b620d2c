package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.format.body.Bodies;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Bodies without an envelope, on a topic that is one model's. Which half a body is, the header {@code inferencestore-part}
 * says, or else its shape; one that neither tells is taken for a request.
 */
final class Plain implements Format {
    private static final String PART = "inferencestore-part";

    @Override
    public boolean takes(Headline event) {
        return event.ofTopic() == SourceFormat.PLAIN && event.type().isEmpty() && !event.isStructured();
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        return ModelName.of(SourceKey.named(SourceFormat.PLAIN, event.topic()));
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        Part said = part(event.header(PART));
        Body body = said == null
                ? Bodies.either(event.data(), event.contentType())
                : said == Part.REQUEST
                        ? Bodies.request(event.data(), event.contentType())
                        : Bodies.response(event.data(), event.contentType());
        Part part = said != null ? said : body.part() == null ? Part.REQUEST : body.part();
        Exchange exchange = new Exchange(
                Texts.check("id", id(event, body), Limits.INFERENCE_ID),
                Times.createdAt("the Kafka timestamp", null, event.event()),
                null,
                null,
                new MetadataFields());
        return new Decoded(
                ModelName.of(SourceKey.named(SourceFormat.PLAIN, event.topic())), exchange.inferences(part, body));
    }

    /** What joins the halves; a record that has nothing of the kind is told apart by where it stands. */
    private static String id(Headline event, Body body) throws BadEvent {
        byte[] key = event.event().key();
        if (key != null && key.length > 0) {
            return Texts.utf8("the record's key", key, 0, key.length);
        }
        String header = event.header("x-request-id");
        String said = header == null || header.isEmpty() ? body.id() : header;
        return said == null || said.isEmpty()
                ? event.topic() + "-" + event.event().partition() + "-"
                        + event.event().offset()
                : said;
    }

    private static @Nullable Part part(@Nullable String said) {
        return said == null
                ? null
                : switch (said.toLowerCase(Locale.ROOT)) {
                    case "request" -> Part.REQUEST;
                    case "response" -> Part.RESPONSE;
                    default -> null;
                };
    }
}
