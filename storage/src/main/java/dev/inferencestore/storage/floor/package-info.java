/** The floors of a model, whose lock orders inserts, runs, erasures, holds and unregistering. */
@NullMarked
package dev.inferencestore.storage.floor;

import org.jspecify.annotations.NullMarked;
