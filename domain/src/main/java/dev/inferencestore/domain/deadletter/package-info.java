/** What a dead letter on its topic is like. */
@NullMarked
package dev.inferencestore.domain.deadletter;

import org.jspecify.annotations.NullMarked;
