/** What each subtask has applied and counted, for the API to show. */
@NullMarked
package dev.inferencestore.job.progress;

import org.jspecify.annotations.NullMarked;
