/** Events that could not be understood, kept on a topic of their own. */
@NullMarked
package dev.inferencestore.job.deadletter;

import org.jspecify.annotations.NullMarked;
