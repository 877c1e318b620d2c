package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.segment.Listing;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import dev.inferencestore.storage.segment.TarWriter;
import dev.inferencestore.storage.segment.Whole;
import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object store whose server refuses deleting and replacing for as long as it is told to. */
final class FailingObjects implements ObjectStore {
    private final ObjectStore objects;
    private int well;
    private @Nullable ObjectStoreException failure;

    FailingObjects(ObjectStore objects) {
        this.objects = objects;
    }

    /** Fails after so many calls that still do what they should. */
    void failAfter(int calls, ObjectStoreException with) {
        well = calls;
        failure = with;
    }

    void recover() {
        failure = null;
    }

    @Override
    public void delete(Collection<String> keys) {
        failIfToldTo();
        objects.delete(keys);
    }

    @Override
    public boolean replace(String key, byte[] bytes, String tag) {
        failIfToldTo();
        return objects.replace(key, bytes, tag);
    }

    private void failIfToldTo() {
        if (failure != null && well-- <= 0) {
            throw failure;
        }
    }

    @Override
    public void put(String key, TarWriter tar) {
        objects.put(key, tar);
    }

    @Override
    public InputStream open(String key, long from, long length) {
        return objects.open(key, from, length);
    }

    @Override
    public byte[] read(String key, long from, int length) {
        return objects.read(key, from, length);
    }

    @Override
    public Optional<Whole> readAll(String key) {
        return objects.readAll(key);
    }

    @Override
    public Listing list(String prefix, @Nullable String after) {
        return objects.list(prefix, after);
    }

    @Override
    public void close() {
        objects.close();
    }
}
