/** The whole store in one JVM on loopback: real servers, the API, the job in Flink, and traffic to look at. */
@NullMarked
package dev.inferencestore.local;

import org.jspecify.annotations.NullMarked;
