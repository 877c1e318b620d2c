package dev.inferencestore.api.access;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The identity provider whose tokens are taken.
 *
 * @param issuer as it stands in tokens
 * @param audience that tokens must name
 * @param keys where its keys are; null to read that from its discovery document
 * @param skew how far its clock and ours may be apart
 * @param betweenFetches how long to wait before keys are fetched again because of a token whose key is not known
 */
record OidcSettings(
        URI issuer,
        String audience,
        @Nullable URI keys,
        String nameClaim,
        String groupsClaim,
        Duration skew,
        Duration betweenFetches) {}
