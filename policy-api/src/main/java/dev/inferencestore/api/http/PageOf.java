package dev.inferencestore.api.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page out of what was found, of which one more was asked for than a page shows.
 *
 * @param next the cursor of the page after this; null where this is the last
 */
public record PageOf<T>(List<T> items, @Nullable String next) {

    /**
     * Cuts what was found.
     *
     * @param key what the page after the last item begins behind
     */
    public static <T> PageOf<T> cut(List<T> found, int limit, Function<T, String> key) {
        return found.size() <= limit
                ? new PageOf<>(found, null)
                : new PageOf<>(found.subList(0, limit), Query.cursorAfter(key.apply(found.get(limit - 1))));
    }
}
