/** Waiting until a change that was committed is in effect. */
@NullMarked
package dev.inferencestore.api.effect;

import org.jspecify.annotations.NullMarked;
