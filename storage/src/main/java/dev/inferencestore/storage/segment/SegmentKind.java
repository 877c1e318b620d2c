package dev.inferencestore.storage.segment;

import java.util.Locale;

/** What a segment holds, and so whose age it follows. */
public enum SegmentKind {
    /** Inputs: the blob age. */
    INPUT,
    /** Outputs too large for a row: the record age. */
    OUTPUT;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
