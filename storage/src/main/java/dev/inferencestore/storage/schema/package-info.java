/** The database's shape: migrations and weekly partitions. */
@NullMarked
package dev.inferencestore.storage.schema;

import org.jspecify.annotations.NullMarked;
