/** Which models are registered, whether their storage is on, and at which version. */
@NullMarked
package dev.inferencestore.domain.registration;

import org.jspecify.annotations.NullMarked;
