/** Replays: events that were sent before are stored, through the same ingest as live traffic, by a job with an end. */
@NullMarked
package dev.inferencestore.job.replay;

import org.jspecify.annotations.NullMarked;
