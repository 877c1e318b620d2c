/** Publishes committed control records to Kafka: one relay at a time, in the order of their versions. */
@NullMarked
package dev.inferencestore.api.relay;

import org.jspecify.annotations.NullMarked;
