/** Reading what is stored over HTTP: lists, counts, single inferences, inputs, downloads. */
@NullMarked
package dev.inferencestore.api.inference;

import org.jspecify.annotations.NullMarked;
