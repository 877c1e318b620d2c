/** From bytes on Kafka to values and back: envelopes, own formats, control records. */
@NullMarked
package dev.inferencestore.domain.wire;

import org.jspecify.annotations.NullMarked;
