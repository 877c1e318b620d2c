package dev.inferencestore.storage.inference;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some inferences in their order.
 *
 * @param next where to go on; null when there are no more. A page may be short, or empty, and still have one: it looks
 *     at so much and no more
 */
public record InferencePage(
        List<StoredInference> items, @Nullable Place next) {}
