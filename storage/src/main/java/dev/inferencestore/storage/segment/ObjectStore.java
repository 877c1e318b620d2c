package dev.inferencestore.storage.segment;

import java.io.InputStream;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where segments are kept. Calls block; they may come from several threads. Whatever fails is tried again a few times
 * before {@link ObjectStoreException} is thrown, which says whether it is worth trying later.
 *
 * <p>The bucket has no versioning: with it, what is replaced or deleted would stay as an older version.
 */
public interface ObjectStore extends AutoCloseable {

    /**
     * Stores an object, durably once this returns. Storing the same key again replaces it.
     *
     * @throws ObjectStoreException when it could not be stored
     */
    void put(String key, TarWriter tar);

    /**
     * Stores other bytes under the key of an object, if that is still the one that was read.
     *
     * <p>False may also mean that an attempt whose answer was lost did it: read again and look. A server need not compare
     * and store in one step (that of the local run does not), so of callers at once several may hear true, and one
     * that puts a deleted object back may too: the caller holds the lease that its model's removals are done under.
     *
     * @param tag as {@link #readAll} said
     * @return false, with nothing stored, when the object is another by now or is gone
     * @throws ObjectStoreException when it could not be stored
     */
    boolean replace(String key, byte[] bytes, String tag);

    /**
     * Reads a run of bytes.
     *
     * @throws ObjectStoreException when there is no such object, or fewer bytes
     */
    byte[] read(String key, long from, int length);

    /**
     * Opens a run of bytes, to be read as they come and closed, whether read to the end or not. Reading fails where the
     * object ends before the run does.
     *
     * @throws ObjectStoreException when there is no such object
     */
    InputStream open(String key, long from, long length);

    /**
     * Reads a whole object into memory; empty when it is not there.
     *
     * @throws ObjectStoreException when that could not be found out
     */
    Optional<Whole> readAll(String key);

    /**
     * Lists objects whose keys begin with a prefix, up to 1000 a page, in the order of their keys. A prefix of nothing is
     * an empty page. What others store or delete meanwhile may be in it or not; what they only begin to store too, under
     * a longer key, on the server of the local run.
     *
     * @param after {@link Listing#next} of the page before; null for the first
     * @throws ObjectStoreException when the store does not answer
     */
    Listing list(String prefix, @Nullable String after);

    /**
     * Deletes objects, any number of them; what is not there counts as deleted. When some are refused, the
     * others are deleted still; when a call fails as a whole, those after it are not tried.
     *
     * @throws ObjectStoreException when one could not be deleted, naming it and saying how many more
     */
    void delete(Collection<String> keys);

    @Override
    void close();
}
