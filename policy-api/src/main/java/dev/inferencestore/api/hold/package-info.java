/** The calls about legal holds: what stays whatever a policy, an erase or unregistering wants. */
@NullMarked
package dev.inferencestore.api.hold;

import org.jspecify.annotations.NullMarked;
