/** Inputs that events refer to instead of carrying them. */
@NullMarked
package dev.inferencestore.storage.reference;

import org.jspecify.annotations.NullMarked;
