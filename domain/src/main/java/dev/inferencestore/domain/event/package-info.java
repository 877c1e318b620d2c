/** What a model server said: one Kafka record as it came, and the inferences it holds. */
@NullMarked
package dev.inferencestore.domain.event;

import org.jspecify.annotations.NullMarked;
