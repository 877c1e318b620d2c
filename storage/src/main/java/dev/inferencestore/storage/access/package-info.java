/** Who may do what: tokens, grants, and the names that a project may use. */
@NullMarked
package dev.inferencestore.storage.access;

import org.jspecify.annotations.NullMarked;
