package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.inferencestore.domain.failure.BadEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata that is put together out of several places. JSON is kept as it was sent. */
public final class MetadataFields {
    private final Map<String, String> json = new LinkedHashMap<>();

    /** Sets a text; nothing where that is null. */
    public MetadataFields text(String name, @Nullable String value) {
        return value == null ? this : json(name, quoted(value));
    }

    /** Sets a value that is known to be JSON. */
    public MetadataFields json(String name, String value) {
        json.put(name, value);
        return this;
    }

    /**
     * Sets JSON that was sent as text; where it is none, or breaks a limit of metadata, the text, as {@code <name>_text}.
     * So nothing is lost because what stands beside it is broken.
     */
    public MetadataFields sent(String name, @Nullable String value) {
        if (value == null) {
            return this;
        }
        return Metadata.isStorable(value) ? json(name, value) : text(name + "_text", value);
    }

    public boolean isEmpty() {
        return json.isEmpty();
    }

    public boolean has(String name) {
        return json.containsKey(name);
    }

    /**
     * All of it and of the other, checked. A field of the same name as one of the other gets a {@code _} at its end.
     *
     * @return null where there is none
     */
    public @Nullable String with(MetadataFields other) throws BadEvent {
        if (json.isEmpty() && other.json.isEmpty()) {
            return null;
        }
        Map<String, String> all = new LinkedHashMap<>();
        json.forEach((name, value) -> {
            String free = name;
            while (other.json.containsKey(free) || all.containsKey(free) || (!free.equals(name) && has(free))) {
                free += "_";
            }
            all.put(free, value);
        });
        all.putAll(other.json);
        return Metadata.read(object(all));
    }

    /** As the text of a JSON object. */
    public String object() {
        return object(json);
    }

    private static String object(Map<String, String> fields) {
        StringBuilder text = new StringBuilder("{");
        fields.forEach((name, value) -> text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(value));
        return text.append('}').toString();
    }

    private static String quoted(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
