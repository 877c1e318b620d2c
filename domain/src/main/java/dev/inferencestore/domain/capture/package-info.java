/** Which part of a model's traffic is stored, and what is taken out of it before anything is written. */
@NullMarked
package dev.inferencestore.domain.capture;

import org.jspecify.annotations.NullMarked;
