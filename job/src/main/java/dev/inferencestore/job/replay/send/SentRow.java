package dev.inferencestore.job.replay.send;

import dev.inferencestore.storage.inference.Place;

/** A row and what becomes of it. */
record SentRow(Place place, Emission emission) {}
