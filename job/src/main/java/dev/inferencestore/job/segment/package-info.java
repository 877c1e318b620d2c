/** Inputs on their way into objects. */
@NullMarked
package dev.inferencestore.job.segment;

import org.jspecify.annotations.NullMarked;
