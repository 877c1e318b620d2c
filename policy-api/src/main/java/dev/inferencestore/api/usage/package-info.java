/** What models and projects use, and the quotas of projects. */
@NullMarked
package dev.inferencestore.api.usage;

import org.jspecify.annotations.NullMarked;
