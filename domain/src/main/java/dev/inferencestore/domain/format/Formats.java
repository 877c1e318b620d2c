package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.SourceFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All formats that are taken. Reading an event has two steps, so that one that nobody wants is never decoded. */
public final class Formats {
    /** The attribute of events that are sent again out of the store: which replay sent them. */
    public static final String RE_EMITTED = "reemittedby";

    /** The header that says which format an event has, where nothing else does. */
    public static final String HEADER = Headline.FORMAT;

    /** What that header says of what ModelMesh posts. */
    public static final String MODELMESH = ModelMesh.NAME;

    private final List<Format> formats = List.of(
            new BrokenRest(),
            // Before the others, since attributes that were sent to its topics are on all that comes out of them.
            new Seldon(),
            new OwnHalves(),
            new OwnJson(),
            new KServe(),
            new MlServer(),
            new Plain(),
            new OwnEntry(),
            new SageMaker(),
            new AzureMl(),
            new KServeBlob(),
            new ModelMesh());

    /**
     * Begins to read an event: looks at its headers only. Never fails.
     *
     * @param ofTopic the format that a registered source says its topic has; null where none does
     */
    public Reading begin(RawEvent event, @Nullable SourceFormat ofTopic) {
        return new Reading(Headline.of(event, ofTopic));
    }

    private @Nullable Format find(Headline event) {
        for (Format format : formats) {
            if (format.takes(event)) {
                return format;
            }
        }
        return null;
    }

    /** An event that is being read. */
    public final class Reading {
        private Headline headline;

        private Reading(Headline headline) {
            this.headline = headline;
        }

        /** Whether the store itself sent it, out of what it has; of an envelope, that is known once it was decoded. */
        public boolean wasReEmitted() {
            return headline.attribute(RE_EMITTED) != null;
        }

        /** How the headers name the model; null where they do not. */
        public @Nullable ModelName model() throws BadEvent {
            Format format = headline.isStructured() ? null : find(headline);
            if (format != null) {
                return format.model(headline);
            }
            return headline.modelId() == null ? null : ModelName.ofId(headline.modelId());
        }

        /** Whether nothing but the body can name the model, so that nothing beside it could be meant to. */
        public boolean namesModelInBodyOnly() {
            return find(headline) instanceof ModelMesh;
        }

        /** Decodes the body. */
        public Decoded decode() throws BadEvent {
            Headline opened = headline.opened();
            headline = opened;
            Format format = find(opened);
            if (format == null) {
                opened.cloudEvent();
                throw new BadEvent(Failure.TYPE_UNKNOWN, "no decoder takes events of type '" + opened.type() + "'");
            }
            return format.decode(opened);
        }
    }
}
