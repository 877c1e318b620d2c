package dev.inferencestore.job.route;

/** Events since the last report under a name that no model claims. */
public record UnmatchedDelta(String name, String topic, long count) {}
