/** What every call shares: JSON, problem details, query parameters, entity tags and cursors. */
@NullMarked
package dev.inferencestore.api.http;

import org.jspecify.annotations.NullMarked;
