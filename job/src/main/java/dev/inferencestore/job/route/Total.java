package dev.inferencestore.job.route;

/** One count, as it is checkpointed. */
public record Total(String name, long count) {}
