package dev.inferencestore.domain.retention;

/**
 * How far a model's data has been claimed for removal, as far as storing is concerned.
 *
 * @param generation rows of another one belong to a registration that is gone
 * @param recordHard event time in microseconds; nothing is stored below it any more
 * @param blobHard below it records are stored without their inputs
 */
public record Floor(long generation, long recordHard, long blobHard) {
    /** Below every time. */
    public static final long NONE = Long.MIN_VALUE;

    /** Not erased. */
    public static final long NEVER = Long.MIN_VALUE;

    /** What may still be stored of an inference. */
    public enum Verdict {
        STORE,
        STORE_WITHOUT_INPUT,
        REFUSE_GENERATION,
        REFUSE_FLOOR,
        REFUSE_ERASED;

        public boolean refuses() {
            return this != STORE && this != STORE_WITHOUT_INPUT;
        }

        /** As it is counted. */
        public String reason() {
            return switch (this) {
                case REFUSE_GENERATION -> "registered_anew";
                case REFUSE_FLOOR -> "below_floor";
                case REFUSE_ERASED -> "erased";
                default -> "";
            };
        }
    }

    /**
     * For what a hold keeps: since it was placed, nothing of it was removed by a run, so down to where the floors were
     * then nothing can come back that had gone.
     *
     * @param record the hard floor of records when it was placed
     * @param blob the same of inputs
     */
    public Floor held(long record, long blob) {
        return new Floor(generation, Math.min(recordHard, record), Math.min(blobHard, blob));
    }

    /**
     * Decides over one inference, under the lock that orders inserts and removals of its model.
     *
     * @param rowGeneration the generation in which the router accepted it
     * @param createdAt event time in microseconds
     * @param erasedAt when its id was erased, or {@link #NEVER}
     */
    public Verdict judge(long rowGeneration, long createdAt, long erasedAt) {
        if (rowGeneration != generation) {
            return Verdict.REFUSE_GENERATION;
        }
        if (createdAt < recordHard) {
            return Verdict.REFUSE_FLOOR;
        }
        if (erasedAt != NEVER && createdAt <= erasedAt) {
            return Verdict.REFUSE_ERASED;
        }
        return createdAt < blobHard ? Verdict.STORE_WITHOUT_INPUT : Verdict.STORE;
    }
}
