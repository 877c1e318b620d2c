package dev.inferencestore.api.retention;

import dev.inferencestore.storage.segment.Listing;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.TarWriter;
import dev.inferencestore.storage.segment.Whole;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The object store of a model without inputs. */
final class NoObjects implements ObjectStore {
    @Override
    public void put(String key, TarWriter tar) {
        throw new AssertionError("nothing is stored here");
    }

    @Override
    public boolean replace(String key, byte[] bytes, String tag) {
        throw new AssertionError("nothing is stored here");
    }

    @Override
    public InputStream open(String key, long from, long length) {
        throw new AssertionError("nothing is stored here");
    }

    @Override
    public byte[] read(String key, long from, int length) {
        throw new AssertionError("nothing is stored here");
    }

    @Override
    public Optional<Whole> readAll(String key) {
        return Optional.empty();
    }

    @Override
    public Listing list(String prefix, @Nullable String after) {
        throw new AssertionError("nobody lists");
    }

    @Override
    public void delete(Collection<String> keys) {}

    @Override
    public void close() {}
}
