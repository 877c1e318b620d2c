/** Outboxes: what a transaction commits together with its changes, until a relay has published it. */
@NullMarked
package dev.inferencestore.storage.outbox;

import org.jspecify.annotations.NullMarked;
