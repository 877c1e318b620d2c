/** Events out of Kafka, from one offset to another. */
@NullMarked
package dev.inferencestore.job.replay.topic;

import org.jspecify.annotations.NullMarked;
