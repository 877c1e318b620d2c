package dev.inferencestore.storage.retention;

import java.io.Serializable;
import java.time.Duration;

/**
 * How runs work.
 *
 * @param rowsASlice how many records one slice removes
 * @param segmentsASlice how many segments one slice removes, about
 * @param grace how long what a SOFT run hid can be restored
 */
public record RunSettings(int rowsASlice, int segmentsASlice, Duration grace) implements Serializable {}
