/** Where inferences and their segments become rows, under the floors. */
@NullMarked
package dev.inferencestore.storage.record;

import org.jspecify.annotations.NullMarked;
