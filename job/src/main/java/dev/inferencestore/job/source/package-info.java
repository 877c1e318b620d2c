/** What is read from Kafka, and what happens when Kafka no longer has it. */
@NullMarked
package dev.inferencestore.job.source;

import org.jspecify.annotations.NullMarked;
