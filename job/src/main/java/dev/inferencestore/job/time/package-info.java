/** Timers of operators that have no key. */
@NullMarked
package dev.inferencestore.job.time;

import org.jspecify.annotations.NullMarked;
