package dev.inferencestore.storage.retention;

/**
 * What a sweep saw and did, in objects: {@code listed} is the sum of the five kinds behind it.
 *
 * @param named that a row names, or that a writer or another sweep was first to name
 * @param young that no row names yet, and that are not old enough to tell
 * @param swept orphans, deleted; an object that two sweeps at once delete is counted by both
 * @param leftovers of unfinished uploads, deleted
 * @param foreign of no form that this store writes, left alone
 * @param bytes of what was deleted
 * @param forgotten claims of earlier sweeps whose object is long gone
 */
public record SweepSummary(
        long listed, long named, long young, long swept, long leftovers, long foreign, long bytes, long forgotten) {
    static final SweepSummary NOTHING = new SweepSummary(0, 0, 0, 0, 0, 0, 0, 0);

    static SweepSummary forgotten(long claims) {
        return new SweepSummary(0, 0, 0, 0, 0, 0, 0, claims);
    }

    /** Both together. */
    public SweepSummary plus(SweepSummary more) {
        return new SweepSummary(
                listed + more.listed,
                named + more.named,
                young + more.young,
                swept + more.swept,
                leftovers + more.leftovers,
                foreign + more.foreign,
                bytes + more.bytes,
                forgotten + more.forgotten);
    }
}
