package dev.inferencestore.domain.format.body;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a body holds.
 *
 * @param id that the body itself gives the call; null where it gives none
 * @param part which half it is by its shape; null where the shape does not tell
 * @param said at least one; several where one request has several inputs that are inferences of their own
 */
public record Body(@Nullable String id, @Nullable Part part, List<Said> said) {
    public Body {
        said = List.copyOf(said);
    }

    /** One that is not looked into: stored as it was sent. */
    public static Body unread(Payload payload) {
        return new Body(null, null, List.of(Said.of(payload)));
    }
}
