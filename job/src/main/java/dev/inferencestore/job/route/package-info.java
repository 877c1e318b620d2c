/** Which events are stored: the registry, the router, and counts of every outcome. */
@NullMarked
package dev.inferencestore.job.route;

import org.jspecify.annotations.NullMarked;
