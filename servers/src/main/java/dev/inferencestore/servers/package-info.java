/**
 * Real servers on loopback, in or below this JVM: Kafka, PostgreSQL and S3, for tests of every module and for the local run.
 * They keep what they store in a directory of their own, and survive a kill at any moment.
 */
@NullMarked
package dev.inferencestore.servers;

import org.jspecify.annotations.NullMarked;
