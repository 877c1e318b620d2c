/** The trial of decoding: how many events of each format one core decodes in a second. */
@NullMarked
package dev.inferencestore.benchmark.decoding;

import org.jspecify.annotations.NullMarked;
