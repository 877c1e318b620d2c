package dev.inferencestore.job.replay.file;

import dev.inferencestore.domain.event.RawEvent;

/**
 * An entry of a file.
 *
 * @param nextEntry the number of the one after it
 * @param nextByte where that begins, once unpacked
 */
record Entry(RawEvent event, long nextEntry, long nextByte) {}
