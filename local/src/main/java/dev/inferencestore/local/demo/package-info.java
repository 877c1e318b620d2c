/** Traffic worth looking at: pictures with shapes, what a detector says of them, reviews, and a line a second. */
@NullMarked
package dev.inferencestore.local.demo;

import org.jspecify.annotations.NullMarked;
