package dev.inferencestore.domain.retention;

/**
 * What one task hides.
 *
 * @param from the visible floors before it: what is below was hidden already
 * @param upTo its cutoffs, or what is left of them once a policy shows again what it keeps
 */
public record Hiding(String taskId, Cutoffs from, Cutoffs upTo) {

    /** What it hides once a policy with these cutoffs is set. */
    public Hiding keeping(Cutoffs policy) {
        return new Hiding(taskId, from, upTo.lower(policy));
    }

    /**
     * Whether some of what it hides has been claimed for removal, so that it cannot be brought back whole.
     *
     * @param hard how far the model's data has been claimed
     */
    public boolean isLost(Cutoffs hard) {
        return (upTo.records() > from.records() && hard.records() > from.records())
                || (upTo.blobs() > from.blobs() && hard.blobs() > from.blobs());
    }
}
