package dev.inferencestore.api.replay;

import dev.inferencestore.domain.replay.ReplayKind;

/** The main classes of the job's jar. */
final class EntryClass {
    private static final String REPLAY = "dev.inferencestore.job.replay.ReplayJob";
    private static final String RE_EMIT = "dev.inferencestore.job.replay.ReEmitJob";

    private EntryClass() {}

    static String of(ReplayKind kind) {
        return kind == ReplayKind.REPLAY ? REPLAY : RE_EMIT;
    }
}
