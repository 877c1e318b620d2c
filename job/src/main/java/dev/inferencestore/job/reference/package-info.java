/** Inputs that do not come with their events. */
@NullMarked
package dev.inferencestore.job.reference;

import org.jspecify.annotations.NullMarked;
