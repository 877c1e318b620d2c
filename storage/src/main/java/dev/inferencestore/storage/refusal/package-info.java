/** Why a call is refused: what it names is not there, is not theirs, or does not go together with what is. */
@NullMarked
package dev.inferencestore.storage.refusal;

import org.jspecify.annotations.NullMarked;
