/** What holds for all models of a project: the policy of those that have none of their own, and the limit of any. */
@NullMarked
package dev.inferencestore.storage.project;

import org.jspecify.annotations.NullMarked;
