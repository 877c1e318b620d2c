/** Models, versions, the outbox and the audit log. */
@NullMarked
package dev.inferencestore.storage.registration;

import org.jspecify.annotations.NullMarked;
