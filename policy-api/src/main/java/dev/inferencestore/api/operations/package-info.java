/** For whoever runs it: is the process alive, can it serve, how fast is it. */
@NullMarked
package dev.inferencestore.api.operations;

import org.jspecify.annotations.NullMarked;
