/** Publishes what is committed to an outbox to Kafka: one relay at a time for each outbox, in the order of commits. */
@NullMarked
package dev.inferencestore.api.relay;

import org.jspecify.annotations.NullMarked;
