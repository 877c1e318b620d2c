/** The process that serves the HTTP API and runs the relay: options in, everything started or nothing. */
@NullMarked
package dev.inferencestore.api;

import org.jspecify.annotations.NullMarked;
