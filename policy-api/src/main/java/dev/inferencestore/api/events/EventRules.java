package dev.inferencestore.api.events;

import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.wire.SentEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventRWException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an event must be to be taken: that of which the job says {@code envelope_invalid} is refused here, where the sender
 * still hears it. The official SDK is the judge of versions it knows; of 0.2, which old loggers send, only that there is
 * what identifies the event.
 */
final class EventRules {
    private static final String OLD = "0.2";
    private static final List<String> REQUIRED = List.of("id", "source", "type");

    private EventRules() {}

    /**
     * Every rule that it breaks.
     *
     * @param where before the names of attributes, as in {@code ce-}
     */
    static List<FieldError> broken(SentEvent event, String where) {
        List<FieldError> errors = new ArrayList<>();
        String version = event.attributes().getOrDefault("specversion", "");
        CloudEventBuilder builder = builder(version);
        if (builder == null && !version.equals(OLD)) {
            errors.add(new FieldError(
                    where + "specversion",
                    version.isEmpty() ? "must be given" : "must be 1.0, 0.3 or 0.2 (it is '" + shown(version) + "')"));
        }
        for (String name : REQUIRED) {
            if (event.attributes().getOrDefault(name, "").isEmpty()) {
                errors.add(new FieldError(where + name, "must be given, and not be empty"));
            }
        }
        event.attributes().forEach((name, value) -> {
            if (!TextRule.isStorable(value)) {
                errors.add(new FieldError(where + name, "must not hold zero characters or halves of surrogate pairs"));
            } else if (builder != null && !value.isEmpty()) {
                check(builder, name, value, where, errors);
            }
        });
        return errors;
    }

    private static void check(
            CloudEventBuilder builder, String name, String value, String where, List<FieldError> errors) {
        if (name.equals("specversion")) {
            return;
        }
        try {
            builder.withContextAttribute(name, value);
        } catch (CloudEventRWException | IllegalArgumentException | IllegalStateException invalid) {
            errors.add(new FieldError(where + name, "breaks a rule of CloudEvents: " + invalid.getMessage()));
        }
    }

    private static @Nullable CloudEventBuilder builder(String version) {
        try {
            return CloudEventBuilder.fromSpecVersion(SpecVersion.parse(version));
        } catch (CloudEventRWException | IllegalArgumentException unknown) {
            return null;
        }
    }

    private static String shown(String version) {
        return version.substring(0, Math.min(version.length(), 20));
    }

    /** The name of an attribute as the logger of an old version wrote it: JSON. */
    static @Nullable String plain(Map<String, String> attributes, String name) {
        String value = attributes.get(name);
        if (value == null || value.isEmpty()) {
            return null;
        }
        boolean quoted = value.length() > 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
