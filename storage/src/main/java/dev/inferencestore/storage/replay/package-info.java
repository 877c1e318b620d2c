/** Replays and how far they are, and the times in which storage was off. */
@NullMarked
package dev.inferencestore.storage.replay;

import org.jspecify.annotations.NullMarked;
