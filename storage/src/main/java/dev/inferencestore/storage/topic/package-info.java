/** The topics that sources of models name, and whether they are read. */
@NullMarked
package dev.inferencestore.storage.topic;

import org.jspecify.annotations.NullMarked;
