/** The calls about retention: the one policy of a model, the tasks that carry it out, erasing, and a project at a glance. */
@NullMarked
package dev.inferencestore.api.retention;

import org.jspecify.annotations.NullMarked;
