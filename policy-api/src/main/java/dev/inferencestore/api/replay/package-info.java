/** Replays and re-emissions: asked for, submitted to Flink, looked after. */
@NullMarked
package dev.inferencestore.api.replay;

import org.jspecify.annotations.NullMarked;
