/** What is used: how much is stored of models and projects over time, and the quotas of projects. */
@NullMarked
package dev.inferencestore.storage.usage;

import org.jspecify.annotations.NullMarked;
