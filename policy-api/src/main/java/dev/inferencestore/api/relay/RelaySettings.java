package dev.inferencestore.api.relay;

import org.jspecify.annotations.Nullable;

/**
 * What relays connect to.
 *
 * @param databaseUrl direct, not through a pooler: a relay holds a lock of its session and listens on it
 */
public record RelaySettings(
        String databaseUrl, String databaseUser, @Nullable String databasePassword, String bootstrapServers) {}
