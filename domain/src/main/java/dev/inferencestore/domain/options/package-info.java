/** Typed options, read from arguments, environment and files, and checked together. */
@NullMarked
package dev.inferencestore.domain.options;

import org.jspecify.annotations.NullMarked;
