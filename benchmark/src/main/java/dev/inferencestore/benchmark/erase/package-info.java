/** The trial of erasing: what it costs, and proof that the bytes are gone. */
@NullMarked
package dev.inferencestore.benchmark.erase;

import org.jspecify.annotations.NullMarked;
