package dev.inferencestore.job;

/** The uid of every operator, under which its state is found again. Never change one: add a new one instead. */
public final class OperatorIds {
    /** What uids of the live job's ingest begin with. */
    static final String LIVE = "";

    /** What uids of a replay's ingest begin with: its state is never the live job's. */
    public static final String REPLAY = "replay-";

    public static final String REPLAY_SOURCE = "replay-source";
    public static final String RE_EMIT_SOURCE = "re-emit-source";
    public static final String RE_EMIT_SINK = "re-emit-sink";
    public static final String NO_CONTROL = "replay-no-control";
    public static final String NO_CONTROL_RECORDS = "replay-no-control-records";

    static final String INFERENCES = "inferences-source";
    static final String CONTROL = "control-source";
    static final String ROUTE = "route-events";
    static final String REFERENCES = "fetch-references";
    static final String SEGMENTS = "write-segments";
    static final String RECORDS = "store-records";
    static final String DEAD_LETTERS = "dead-letters";
    static final String PROGRESS = "write-progress";

    static final String RECONCILE = "reconcile-source";
    static final String KNOWN = "read-known-policies";
    static final String PLANS = "plans";
    static final String SCHEDULE = "schedule-retention";
    static final String RETENTION = "run-retention";

    private OperatorIds() {}
}
