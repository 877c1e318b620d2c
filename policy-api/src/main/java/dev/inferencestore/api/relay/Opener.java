package dev.inferencestore.api.relay;

/** Opens one end of the relay; called again after every failure. */
@FunctionalInterface
interface Opener<T> {
    T open() throws Exception;
}
