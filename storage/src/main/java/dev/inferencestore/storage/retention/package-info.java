/** Policies, the tasks that carry them out, and the removal itself: claim, delete, scrub. */
@NullMarked
package dev.inferencestore.storage.retention;

import org.jspecify.annotations.NullMarked;
