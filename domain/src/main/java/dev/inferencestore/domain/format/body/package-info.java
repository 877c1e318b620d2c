/** What the bodies of calls to model servers hold, whatever envelope they came in. */
@NullMarked
package dev.inferencestore.domain.format.body;

import org.jspecify.annotations.NullMarked;
