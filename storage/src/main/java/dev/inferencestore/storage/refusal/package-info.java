/** Why a call is refused: what it names is not there, or does not go together with what is. */
@NullMarked
package dev.inferencestore.storage.refusal;

import org.jspecify.annotations.NullMarked;
