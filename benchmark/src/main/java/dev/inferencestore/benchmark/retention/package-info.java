/** The trial of retention: what runs cost, and whether rows and objects are afterwards just those that should be left. */
@NullMarked
package dev.inferencestore.benchmark.retention;

import org.jspecify.annotations.NullMarked;
