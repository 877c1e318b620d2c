/** What every bounded source has: it says how far it is, keeps to a rate, and ends when it is asked to. */
@NullMarked
package dev.inferencestore.job.replay.watch;

import org.jspecify.annotations.NullMarked;
