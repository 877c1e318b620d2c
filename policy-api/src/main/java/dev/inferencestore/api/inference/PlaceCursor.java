package dev.inferencestore.api.inference;

import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.storage.inference.Place;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The end of a page of inferences: a time in microseconds, a half, an id. */
final class PlaceCursor {
    private static final Pattern TEXT =
            Pattern.compile("(-?\\d{1,16})_(request|response|both)_(.{1,1024})", Pattern.DOTALL);

    /** The form of what {@link #next} makes. */
    static final TextRule FORM = text -> {
        Matcher form = TEXT.matcher(text);
        return form.matches() && TextRule.INFERENCE_ID.broken(form.group(3)).isEmpty()
                ? Optional.empty()
                : Optional.of("must be a time, a half and an id");
    };

    private PlaceCursor() {}

    /** The cursor of the page that begins after a place. */
    static @Nullable String next(@Nullable Place place) {
        return place == null
                ? null
                : Query.cursorAfter(place.createdAt() + "_" + place.part().text() + "_" + place.inferenceId());
    }

    /** Reads a text of the form. */
    static Place of(String text) {
        Matcher form = TEXT.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("not of the form");
        }
        return new Place(Long.parseLong(form.group(1)), form.group(3), Part.of(form.group(2)));
    }
}
