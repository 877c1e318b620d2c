package dev.inferencestore.storage.segment;

import java.util.Collection;

/** Where segments are kept. Calls block; they may come from several threads. */
public interface ObjectStore extends AutoCloseable {

    /**
     * Stores an object, durably once this returns. Storing the same key again replaces it.
     *
     * @throws ObjectStoreException when it could not be stored, after retries
     */
    void put(String key, TarWriter tar);

    /**
     * Reads a run of bytes.
     *
     * @throws ObjectStoreException when there is no such object, or fewer bytes
     */
    byte[] read(String key, long from, int length);

    /**
     * Deletes objects; what is not there counts as deleted.
     *
     * @throws ObjectStoreException when one could not be deleted, naming it
     */
    void delete(Collection<String> keys);

    @Override
    void close();
}
