package dev.inferencestore.api.relay;

/** What a relay is doing: starting, then standby or publishing; failing until it can start again; stopped for good. */
public enum RelayState {
    STARTING,
    /** Another relay holds the lock. */
    STANDBY,
    PUBLISHING,
    FAILING,
    STOPPED
}
