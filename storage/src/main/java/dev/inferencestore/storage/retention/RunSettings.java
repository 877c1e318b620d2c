package dev.inferencestore.storage.retention;

import java.io.Serializable;
import java.time.Duration;

/**
 * How runs work.
 *
 * @param rowsASlice how many records one slice removes
 * @param segmentsASlice how many segments one slice removes, about
 * @param idsABatch how many inferences an erase takes at once
 * @param grace how long what a SOFT run hid can be restored
 * @param noticePatience how long the first removal under a policy waits for its notice to be published
 */
public record RunSettings(int rowsASlice, int segmentsASlice, int idsABatch, Duration grace, Duration noticePatience)
        implements Serializable {}
