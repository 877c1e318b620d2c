package dev.inferencestore.domain.format;

import dev.inferencestore.domain.failure.BadEvent;
import org.jspecify.annotations.Nullable;

/** A line of a file in the own format: the body of {@link OwnJson} without an envelope, which must say its id. */
final class OwnEntry implements Format {
    private static final String NAME = "own";

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
        return OwnJson.decode(event, null, null);
    }
}
