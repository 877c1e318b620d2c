/** Events over HTTP: what a model server's logger posts goes to Kafka, as a bridge would have put it there. */
@NullMarked
package dev.inferencestore.api.events;

import org.jspecify.annotations.NullMarked;
