/** What each subtask of a job has applied, made durable and counted. */
@NullMarked
package dev.inferencestore.storage.progress;

import org.jspecify.annotations.NullMarked;
