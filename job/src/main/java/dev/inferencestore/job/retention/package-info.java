/** When retention runs are due, and running them: deciding and deleting are two operators. */
@NullMarked
package dev.inferencestore.job.retention;

import org.jspecify.annotations.NullMarked;
