package dev.inferencestore.storage.segment;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Adds up the keys of one delete that could not be deleted; holds one of them only, however many there are. */
final class Undeleted {
    private final String bucket;
    private int keys;
    private @Nullable S3Error worst;

    Undeleted(String bucket) {
        this.bucket = bucket;
    }

    void add(S3Error error) {
        if ("NoSuchKey".equals(error.code())) {
            return;
        }
        keys++;
        if (worst == null || (S3Failures.passes(worst.code()) && !S3Failures.passes(error.code()))) {
            worst = error;
        }
    }

    /** Passing only when every key's failure is: one that stays needs a person, whatever the others do. */
    void throwIfAny() {
        if (worst != null) {
            String others = keys == 1 ? "" : " and " + (keys - 1) + " more";
            throw S3Failures.of(
                    "delete object '" + worst.key() + "'" + others + " in bucket '" + bucket + "'",
                    worst.code(),
                    worst.message());
        }
    }
}
