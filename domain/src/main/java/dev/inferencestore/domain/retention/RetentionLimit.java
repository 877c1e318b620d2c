package dev.inferencestore.domain.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long the policies of a project may keep things at most. Only automated runs enforce it, so it asks for them too.
 *
 * @param recordAge seconds
 * @param blobAge seconds, up to those of records
 */
public record RetentionLimit(long recordAge, long blobAge) {

    /** Every rule that the limit itself breaks. */
    public List<PolicyTerms.Broken> broken() {
        return recordAge >= blobAge
                ? List.of()
                : List.of(
                        new PolicyTerms.Broken(
                                "maximum_record_age",
                                "must be equal to or longer than maximum_blob_age: an input without its record could not be found"));
    }

    /** Every rule that a policy with these terms breaks. */
    public List<PolicyTerms.Broken> brokenBy(PolicyTerms terms) {
        List<PolicyTerms.Broken> broken = new ArrayList<>();
        age("maximum_record_age", terms.recordAge(), recordAge).ifPresent(broken::add);
        age("maximum_blob_age", terms.blobAge(), blobAge).ifPresent(broken::add);
        if (terms.interval() == 0) {
            broken.add(new PolicyTerms.Broken(
                    "automated_interval",
                    "must be above 0: the project has a retention limit (" + this
                            + "), which nothing but automated runs enforces"));
        }
        return broken;
    }

    /** For sentences: hours, as people write them. */
    @Override
    public String toString() {
        return "records " + hours(recordAge) + ", inputs " + hours(blobAge);
    }

    private static Optional<PolicyTerms.Broken> age(String field, @Nullable Long age, long most) {
        if (age != null && age <= most) {
            return Optional.empty();
        }
        String limit = "at most " + hours(most) + ", the retention limit of the project";
        return Optional.of(new PolicyTerms.Broken(
                field, age == null ? "must be given and be " + limit + ": null keeps for ever" : "must be " + limit));
    }

    private static String hours(long seconds) {
        String number = seconds % 3600 == 0 ? String.valueOf(seconds / 3600) : String.valueOf(seconds / 3600.0);
        return number + (seconds == 3600 ? " hour" : " hours");
    }
}
