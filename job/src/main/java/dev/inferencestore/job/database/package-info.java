/** Connections from tasks to PostgreSQL, and which failures are worth another attempt. */
@NullMarked
package dev.inferencestore.job.database;

import org.jspecify.annotations.NullMarked;
