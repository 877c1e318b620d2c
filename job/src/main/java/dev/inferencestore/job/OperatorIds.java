package dev.inferencestore.job;

/** The uid of every operator, under which its state is found again. Never change one: add a new one instead. */
final class OperatorIds {
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
