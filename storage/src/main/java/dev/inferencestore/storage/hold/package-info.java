/** Legal holds: what they name stays, whatever runs, purges, erasures or unregistering want. */
@NullMarked
package dev.inferencestore.storage.hold;

import org.jspecify.annotations.NullMarked;
