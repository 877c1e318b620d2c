package dev.inferencestore.storage.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file cannot be read, now or later; the message says which and why. */
public class BrokenFileException extends IOException {
    private static final long serialVersionUID = 1L;

    public BrokenFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
