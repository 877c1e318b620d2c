/** What the API is like: its description for programs, and a page to read and try it. */
@NullMarked
package dev.inferencestore.api.openapi;

import org.jspecify.annotations.NullMarked;
