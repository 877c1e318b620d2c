/** The call that lists who did what. */
@NullMarked
package dev.inferencestore.api.audit;

import org.jspecify.annotations.NullMarked;
