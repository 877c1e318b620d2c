/** How soon lists and single inferences are answered, and that pages stay right while rows arrive. */
@NullMarked
package dev.inferencestore.benchmark.reading;

import org.jspecify.annotations.NullMarked;
