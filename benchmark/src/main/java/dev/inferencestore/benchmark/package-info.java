/** Trials that run against a store that is up: what to run, where the store is, and what came of it. */
@NullMarked
package dev.inferencestore.benchmark;

import org.jspecify.annotations.NullMarked;
