/** Which dead letters were replayed, and how many there have been. The letters themselves are in Kafka. */
@NullMarked
package dev.inferencestore.storage.deadletter;

import org.jspecify.annotations.NullMarked;
