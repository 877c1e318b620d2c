/** What is kept and what goes: floors, and the arithmetic over them. */
@NullMarked
package dev.inferencestore.domain.retention;

import org.jspecify.annotations.NullMarked;
