/** Names of segments, objects and entries: what is in S3, and where. */
@NullMarked
package dev.inferencestore.domain.segment;

import org.jspecify.annotations.NullMarked;
