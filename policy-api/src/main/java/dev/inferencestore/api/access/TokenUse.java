package dev.inferencestore.api.access;

import dev.inferencestore.storage.access.ApiToken;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down when tokens were last used, once an hour each, not once a call. */
final class TokenUse {
    private static final Logger LOG = LoggerFactory.getLogger(TokenUse.class);

    private final Consumer<UUID> write;
    private final Clock clock;
    private final Map<UUID, Instant> written = new ConcurrentHashMap<>();

    TokenUse(Consumer<UUID> write, Clock clock) {
        this.write = write;
        this.clock = clock;
    }

    void note(ApiToken token) {
        Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
        if (hour.equals(written.put(token.tokenId(), hour))) {
            return;
        }
        try {
            write.accept(token.tokenId());
        } catch (RuntimeException failure) {
            // The call itself may not need the database.
            LOG.warn("the use of a token is not written down: {}", failure.toString());
        }
    }
}
