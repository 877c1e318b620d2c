/** What is asked of a replay or a re-emission, and the times that a replay leaves out. */
@NullMarked
package dev.inferencestore.domain.replay;

import org.jspecify.annotations.NullMarked;
