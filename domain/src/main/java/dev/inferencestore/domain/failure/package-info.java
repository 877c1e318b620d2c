/** Everything that can be wrong with an event, named once, with who is to blame. */
@NullMarked
package dev.inferencestore.domain.failure;

import org.jspecify.annotations.NullMarked;
