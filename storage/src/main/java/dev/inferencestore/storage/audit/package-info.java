/** Who did what: the audit log, as it is read. Writing it is part of every change, see {@code ControlLog}. */
@NullMarked
package dev.inferencestore.storage.audit;

import org.jspecify.annotations.NullMarked;
