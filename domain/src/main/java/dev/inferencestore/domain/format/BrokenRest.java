package dev.inferencestore.domain.format;

import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import org.jspecify.annotations.Nullable;

/** What stands for the rest of a file that cannot be read, whatever its format. */
final class BrokenRest implements Format {
    @Override
    public boolean takes(Headline event) {
        return event.isEntry() && event.header(Headline.FILE_BROKEN) != null;
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        String said = event.header(Headline.FILE_MODEL);
        return said == null ? null : ModelName.ofId(said);
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        String why = event.header(Headline.FILE_BROKEN);
        throw new BadEvent(Failure.FILE_BROKEN, why == null ? "" : why);
    }
}
