package dev.inferencestore.job.segment;

import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import dev.inferencestore.storage.segment.TarWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** An object store in memory, whose uploads can be held and can fail. */
public final class FakeObjects implements ObjectStore {
    final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    final AtomicInteger running = new AtomicInteger();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile boolean failing;
    volatile boolean error;

    @Override
    public void put(String key, TarWriter tar) {
        running.incrementAndGet();
        try {
            gate.await();
            if (error) {
                throw new OutOfMemoryError("no more heap");
            }
            if (failing) {
                throw new ObjectStoreException("no room for '" + key + "'");
            }
            objects.put(key, tar.open().readAllBytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            running.decrementAndGet();
        }
    }

    @Override
    public byte[] read(String key, long from, int length) {
        byte[] object = objects.get(key);
        if (object == null || from + length > object.length) {
            throw new ObjectStoreException("object '" + key + "' is not there or ends early");
        }
        return Arrays.copyOfRange(object, (int) from, (int) from + length);
    }

    @Override
    public void delete(Collection<String> keys) {
        objects.keySet().removeAll(keys);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
