/** Which inferences somebody means, to read or to erase them. */
@NullMarked
package dev.inferencestore.domain.filter;

import org.jspecify.annotations.NullMarked;
