package dev.inferencestore.job.deadletter;

import dev.inferencestore.domain.event.RawEvent;

/** An event that could not be understood, with why. */
public record DeadLetter(RawEvent event, String reason, String detail) {}
