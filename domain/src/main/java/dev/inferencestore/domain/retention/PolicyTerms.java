package dev.inferencestore.domain.retention;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a retention policy says.
 *
 * @param recordAge seconds after which a record goes; null keeps it for ever, 0 means whenever the policy runs
 * @param blobAge the same for its input
 * @param interval seconds between automated runs; 0 means manual runs only
 */
public record PolicyTerms(
        @Nullable Long recordAge, @Nullable Long blobAge, DeleteAction action, long interval) {

    /** A rule that terms break: the field as users know it, and a sentence to read after its name. */
    public record Broken(String field, String rule) {}

    /**
     * Every rule that these terms break.
     *
     * @param leastInterval seconds; the shortest interval that is allowed
     */
    public List<Broken> broken(long leastInterval) {
        List<Broken> broken = new ArrayList<>();
        if (recordAge != null && blobAge == null) {
            broken.add(new Broken(
                    "maximum_blob_age",
                    "must be given where maximum_record_age is: an input cannot be kept longer than its record, so give"
                            + " it an age up to that of the record"));
        }
        if (recordAge != null && blobAge != null && recordAge < blobAge) {
            broken.add(
                    new Broken(
                            "maximum_record_age",
                            "must be equal to or longer than maximum_blob_age: an input without its record could not be found"));
        }
        if (interval > 0 && interval < leastInterval) {
            broken.add(new Broken(
                    "automated_interval",
                    "must be 0 (manual runs only) or at least " + leastInterval + " seconds ("
                            + (double) leastInterval / 3600 + " hours)"));
        }
        return broken;
    }
}
