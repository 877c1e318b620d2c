/** The Flink job: {@code Pipeline} wires it, {@code InferenceStoreJob} runs it. */
@NullMarked
package dev.inferencestore.job;

import org.jspecify.annotations.NullMarked;
