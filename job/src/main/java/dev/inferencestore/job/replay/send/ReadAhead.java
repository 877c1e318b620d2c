package dev.inferencestore.job.replay.send;

import dev.inferencestore.storage.inference.Located;
import dev.inferencestore.storage.segment.ObjectStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are read before they are asked for, several places in one call. What could not be read that way is not there:
 * whoever asks reads it alone, and sees what is wrong with it.
 */
final class ReadAhead {
    private final List<Part> parts = new ArrayList<>();

    private record Part(Located span, Future<byte[]> bytes) {}

    /** Begins to read; the threads must run what they are given in its order. */
    ReadAhead(ObjectStore objects, Collection<Located> places, ExecutorService threads) {
        for (Located span : Spans.of(places)) {
            parts.add(new Part(span, threads.submit(() -> objects.read(span.key(), span.from(), (int) span.size()))));
        }
    }

    /** The bytes of a place; null where they are not known. */
    byte @Nullable [] find(Located place) throws InterruptedException {
        for (Part part : parts) {
            if (Spans.covers(part.span(), place)) {
                int from = (int) (place.from() - part.span().from());
                try {
                    return Arrays.copyOfRange(part.bytes().get(), from, from + (int) place.size());
                } catch (ExecutionException notRead) {
                    return null;
                }
            }
        }
        return null;
    }
}
