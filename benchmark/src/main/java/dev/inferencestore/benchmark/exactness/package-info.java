/** Sends a load that is known to the byte, and compares what the store made of it with what it should have. */
@NullMarked
package dev.inferencestore.benchmark.exactness;

import org.jspecify.annotations.NullMarked;
