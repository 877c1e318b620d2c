package dev.inferencestore.api.operations;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures that are read again only once they are old, however many ask. That they cannot be read is kept just as long,
 * so that asking a database that does not answer does not hold up every scrape. Safe for use by several threads.
 */
final class Cached<T> {
    /** How long figures are shown that take the database some work. */
    static final Duration AGE = Duration.ofSeconds(15);

    /** How long what is quickly asked is shown: it bounds what callers without a token can make the process ask. */
    static final Duration MOMENT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Cached.class);

    private final Duration age;
    private final Supplier<T> read;
    private final LongSupplier nanos;
    private @Nullable T figures;
    private boolean asked;
    private long askedAt;

    /**
     * Reads nothing yet.
     *
     * @param nanos a clock that never jumps
     */
    Cached(Supplier<T> read, LongSupplier nanos) {
        this(AGE, read, nanos);
    }

    /** The same for what is shown for another time than {@link #AGE}. */
    Cached(Duration age, Supplier<T> read, LongSupplier nanos) {
        this.age = age;
        this.read = read;
        this.nanos = nanos;
    }

    /** The figures, no older than they may be; empty where they cannot be read. */
    synchronized Optional<T> get() {
        if (!asked || nanos.getAsLong() - askedAt >= age.toNanos()) {
            figures = readOrNull();
            asked = true;
            askedAt = nanos.getAsLong();
        }
        return Optional.ofNullable(figures);
    }

    private @Nullable T readOrNull() {
        try {
            return read.get();
        } catch (RuntimeException failure) {
            LOG.warn("figures cannot be read: {}", failure.toString());
            return null;
        }
    }
}
