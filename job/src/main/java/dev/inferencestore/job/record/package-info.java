/** Rows on their way into PostgreSQL. */
@NullMarked
package dev.inferencestore.job.record;

import org.jspecify.annotations.NullMarked;
