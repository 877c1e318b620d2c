/** What each kind of sender writes, as inferences. */
@NullMarked
package dev.inferencestore.domain.format;

import org.jspecify.annotations.NullMarked;
