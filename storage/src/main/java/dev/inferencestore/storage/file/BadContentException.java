package dev.inferencestore.storage.file;

import org.jspecify.annotations.Nullable;

/** What a file holds cannot be read to its end, as it is cut off or has changed; other files can. */
public final class BadContentException extends BrokenFileException {
    private static final long serialVersionUID = 1L;

    public BadContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
