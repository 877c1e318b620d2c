/** Dead letters: what is on their topic, and sending the events that they are about again. */
@NullMarked
package dev.inferencestore.api.deadletter;

import org.jspecify.annotations.NullMarked;
