package dev.inferencestore.api.relay;

import org.jspecify.annotations.Nullable;

/**
 * What the relay connects to.
 *
 * @param databaseUrl direct, not through a pooler: the relay holds a lock of its session and listens on it
 * @param replicationFactor of the control topic, where the relay has to create it
 */
public record RelaySettings(
        String databaseUrl,
        String databaseUser,
        @Nullable String databasePassword,
        String bootstrapServers,
        String controlTopic,
        int replicationFactor) {}
