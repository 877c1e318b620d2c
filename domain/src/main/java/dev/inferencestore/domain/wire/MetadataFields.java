package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata that is put together out of several places. JSON is kept as it was sent. */
public final class MetadataFields {
    private final Map<String, String> json = new LinkedHashMap<>();
    private long size;

    /** Sets a text; nothing where that is null. */
    public MetadataFields text(String name, @Nullable String value) {
        return value == null ? this : json(name, quoted(value));
    }

    /** Sets a value that is known to be JSON. */
    public MetadataFields json(String name, String value) {
        String before = json.put(name, value);
        size += value.length() + (before == null ? name.length() : -before.length());
        return this;
    }

    /**
     * Sets a JSON object that was sent as text; where it is none, or breaks a limit of metadata, the text, as
     * {@code <name>_text}. So nothing is lost because what stands beside it is broken.
     */
    public MetadataFields object(String name, @Nullable String value) {
        if (value == null) {
            return this;
        }
        return Metadata.isObject(value) ? json(name, value) : text(name + "_text", value);
    }

    /** Sets all that others have. */
    public MetadataFields addAll(MetadataFields others) {
        others.json.forEach(this::json);
        return this;
    }

    public boolean isEmpty() {
        return json.isEmpty();
    }

    /**
     * These fields and stronger ones, which keep their names: a field of the same name as one of those gets a {@code _}
     * at its end.
     */
    public MetadataFields under(MetadataFields stronger) {
        if (stronger.isEmpty()) {
            return this;
        }
        MetadataFields all = new MetadataFields();
        json.forEach((name, value) -> {
            String free = name;
            while (stronger.json.containsKey(free)
                    || all.json.containsKey(free)
                    || (!free.equals(name) && json.containsKey(free))) {
                free += "_";
            }
            all.json(free, value);
        });
        return all.addAll(stronger);
    }

    /**
     * The text of a JSON object, checked.
     *
     * @return null where there are no fields
     */
    public @Nullable String checked() throws BadEvent {
        return json.isEmpty() ? null : Metadata.read(object());
    }

    /** Refuses what {@link #checked} would refuse for its size, before more is made of it. */
    public void checkSize() throws BadEvent {
        if (isTooLarge()) {
            throw new BadEvent(
                    Failure.METADATA_INVALID,
                    "what would be metadata has " + size + " characters; the most is " + Limits.METADATA);
        }
    }

    /** Whether there is more than can be stored. */
    public boolean isTooLarge() {
        return size > Limits.METADATA;
    }

    /** As the text of a JSON object. */
    public String object() {
        StringBuilder text = new StringBuilder("{");
        json.forEach((name, value) -> text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(value));
        return text.append('}').toString();
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
