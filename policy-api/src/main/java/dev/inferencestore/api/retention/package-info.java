/** The calls about retention: the one policy of a model, and the tasks that carry it out. */
@NullMarked
package dev.inferencestore.api.retention;

import org.jspecify.annotations.NullMarked;
