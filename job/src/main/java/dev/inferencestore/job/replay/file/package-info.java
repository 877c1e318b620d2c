/** Entries of files, each as an event. */
@NullMarked
package dev.inferencestore.job.replay.file;

import org.jspecify.annotations.NullMarked;
