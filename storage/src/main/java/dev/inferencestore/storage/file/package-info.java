/** Files that others wrote and replays read: local to the cluster, or in S3. */
@NullMarked
package dev.inferencestore.storage.file;

import org.jspecify.annotations.NullMarked;
