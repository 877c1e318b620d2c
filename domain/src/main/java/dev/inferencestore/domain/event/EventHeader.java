package dev.inferencestore.domain.event;

import org.jspecify.annotations.Nullable;

/** One header of a Kafka record, as it came. */
public record EventHeader(String name, byte @Nullable [] value) {}
