/** The trial of replays. */
@NullMarked
package dev.inferencestore.benchmark.replay;

import org.jspecify.annotations.NullMarked;
