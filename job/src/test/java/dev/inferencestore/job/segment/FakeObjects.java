package dev.inferencestore.job.segment;

import dev.inferencestore.storage.segment.Listing;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import dev.inferencestore.storage.segment.TarWriter;
import dev.inferencestore.storage.segment.Whole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An object store in memory, whose uploads can be held and can fail. */
public final class FakeObjects implements ObjectStore {
    private static final int PAGE = 1000;

    final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final Map<String, Instant> modified = new ConcurrentHashMap<>();
    final AtomicInteger running = new AtomicInteger();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean failing;
    private ObjectStoreException deletesFail;
    volatile boolean error;

    /** Makes every deletion fail so; null ends that. */
    public synchronized void failDeletes(ObjectStoreException failure) {
        deletesFail = failure;
    }

    @Override
    public void put(String key, TarWriter tar) {
        running.incrementAndGet();
        try {
            gate.await();
            if (error) {
                throw new OutOfMemoryError("no more heap");
            }
            if (failing) {
                throw ObjectStoreException.lasting("no room for '" + key + "'");
            }
            store(key, tar.open().readAllBytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public synchronized boolean replace(String key, byte[] bytes, String tag) {
        byte[] object = objects.get(key);
        if (object == null || !tag(object).equals(tag)) {
            return false;
        }
        store(key, bytes.clone());
        return true;
    }

    @Override
    public InputStream open(String key, long from, long length) {
        return new ByteArrayInputStream(read(key, from, Math.toIntExact(length)));
    }

    @Override
    public byte[] read(String key, long from, int length) {
        byte[] object = objects.get(key);
        if (object == null || from + length > object.length) {
            throw ObjectStoreException.lasting("object '" + key + "' is not there or ends early");
        }
        return Arrays.copyOfRange(object, (int) from, (int) from + length);
    }

    @Override
    public Optional<Whole> readAll(String key) {
        return Optional.ofNullable(objects.get(key)).map(object -> new Whole(object.clone(), tag(object)));
    }

    @Override
    public Listing list(String prefix, @Nullable String after) {
        List<Listing.Entry> entries = objects.entrySet().stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .filter(object -> after == null || object.getKey().compareTo(after) > 0)
                .limit(PAGE + 1)
                .map(object -> new Listing.Entry(
                        object.getKey(),
                        object.getValue().length,
                        modified.getOrDefault(object.getKey(), Instant.EPOCH)))
                .toList();
        return entries.size() > PAGE
                ? new Listing(entries.subList(0, PAGE), entries.get(PAGE - 1).key())
                : new Listing(entries, null);
    }

    @Override
    public synchronized void delete(Collection<String> keys) {
        if (deletesFail != null) {
            throw deletesFail;
        }
        objects.keySet().removeAll(keys);
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private synchronized void store(String key, byte[] bytes) {
        objects.put(key, bytes);
        modified.put(key, Instant.now());
    }

    /** The same for the same bytes, as an S3 server's. */
    private static String tag(byte[] object) {
        return '"' + UUID.nameUUIDFromBytes(object).toString() + '"';
    }
}
