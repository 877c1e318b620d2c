/** Options of the job, and the checks on Flink's own settings. */
@NullMarked
package dev.inferencestore.job.options;

import org.jspecify.annotations.NullMarked;
