/** Reads what is stored, as far as floors and holds let it be seen. */
@NullMarked
package dev.inferencestore.storage.inference;

import org.jspecify.annotations.NullMarked;
