package dev.inferencestore.job.reference;

import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.storage.reference.References;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One fetch, tried again for a while, on a thread of its own. Whatever happens, it ends with a payload. */
final class Fetch {
    private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);
    private static final long FIRST_PAUSE_MILLIS = 200;

    private final References references;
    private final long patienceMillis;

    Fetch(References references, long patienceMillis) {
        this.references = references;
        this.patienceMillis = patienceMillis;
    }

    /** What was fetched, or why there is nothing; what is not to be fetched as it is. */
    @Nullable
    Payload payload(@Nullable Payload wanted) {
        if (wanted == null || !wanted.isToBeFetched() || wanted.reference() == null) {
            return wanted;
        }
        String address = wanted.reference();
        if (!references.allows(address)) {
            LOG.debug("'{}' is below none of ingest.reference-prefixes", address);
            return FetchReferences.without(wanted, Omission.REFERENCE_NOT_ALLOWED, -1);
        }
        try {
            return wanted.with(patiently(address, wanted.most()));
        } catch (References.TooLarge large) {
            return FetchReferences.without(wanted, Omission.TOO_LARGE, large.size());
        } catch (IOException | RuntimeException failed) {
            LOG.warn(
                    "an input is stored without its bytes: '{}' could not be fetched: {}",
                    address,
                    failed.getMessage());
            return FetchReferences.without(wanted, Omission.REFERENCE_FAILED, -1);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return FetchReferences.without(wanted, Omission.REFERENCE_FAILED, -1);
        }
    }

    private byte[] patiently(String address, long most) throws IOException, InterruptedException {
        long until = System.nanoTime() + patienceMillis * 1_000_000;
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                return references.fetch(address, most);
            } catch (References.Gone | References.TooLarge lasting) {
                throw lasting;
            } catch (IOException mayPass) {
                if (System.nanoTime() + pause * 1_000_000 > until) {
                    throw mayPass;
                }
            }
            Thread.sleep(pause);
            pause *= 2;
        }
    }
}
