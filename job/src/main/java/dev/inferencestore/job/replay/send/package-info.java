/** Stored inferences, sent to a topic as events. */
@NullMarked
package dev.inferencestore.job.replay.send;

import org.jspecify.annotations.NullMarked;
