/** Filters of inferences as SQL, and as the JSON that tasks keep. */
@NullMarked
package dev.inferencestore.storage.filter;

import org.jspecify.annotations.NullMarked;
