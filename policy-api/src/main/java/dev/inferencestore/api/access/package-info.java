/** Who calls, and what they may do. */
@NullMarked
package dev.inferencestore.api.access;

import org.jspecify.annotations.NullMarked;
