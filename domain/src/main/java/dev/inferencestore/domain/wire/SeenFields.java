package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.util.HashSet;
import java.util.Set;

/**
 * The fields of an object that we read ourselves: none may stand twice. What is kept as it was sent is not looked into,
 * so Jackson's own check, which remembers every name of a document, stays off.
 */
public final class SeenFields {
    /** More than any format has; CloudEvents sends its attributes in headers, which are no more either. */
    private static final int MOST = 200;

    private final Set<String> names = new HashSet<>();

    public void add(String name) throws BadEvent {
        if (!names.add(name)) {
            throw new BadEvent(Failure.FIELD_INVALID, "'" + name + "' stands twice");
        }
        if (names.size() > MOST) {
            throw new BadEvent(Failure.FIELD_INVALID, "there are more than " + MOST + " fields");
        }
    }
}
