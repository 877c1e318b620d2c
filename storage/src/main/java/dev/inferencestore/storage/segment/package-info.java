/** Tar segments and the objects they are in. */
@NullMarked
package dev.inferencestore.storage.segment;

import org.jspecify.annotations.NullMarked;
