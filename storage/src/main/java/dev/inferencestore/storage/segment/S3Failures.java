package dev.inferencestore.storage.segment;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What a failure of S3 means: whether it passes by itself, and what a person can do. */
final class S3Failures {
    private static final String ACCESS = "Let the access key read, write, list and delete in this bucket.";
    private static final String CREDENTIALS =
            "Check s3.access-key and s3.secret-key or, where they are left out, the AWS credential chain.";
    private static final String PLACE = "Check s3.endpoint, s3.region and s3.path-style.";
    private static final String ANYTHING = "Check s3.endpoint, s3.bucket and the credentials.";
    private static final String WAIT = "This may pass: try again later, and if it lasts, look whether the object store"
            + " is up, has room and can be reached at s3.endpoint.";

    /** Codes that pass, whatever the HTTP status; AWS's, and those of servers that speak its protocol. */
    private static final Set<String> PASSING = Set.of(
            "InternalError",
            "ServiceUnavailable",
            "SlowDown",
            "SlowDownRead",
            "SlowDownWrite",
            "Throttling",
            "ThrottlingException",
            "TooManyRequests",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "RequestTimeout",
            "OperationAborted",
            "ConditionalRequestConflict");

    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("AccessDenied", ACCESS),
            Map.entry("AllAccessDisabled", ACCESS),
            Map.entry("AccountProblem", ACCESS),
            Map.entry("InvalidAccessKeyId", CREDENTIALS),
            Map.entry("SignatureDoesNotMatch", CREDENTIALS),
            Map.entry("ExpiredToken", CREDENTIALS),
            Map.entry("InvalidToken", CREDENTIALS),
            Map.entry("AuthorizationHeaderMalformed", PLACE),
            Map.entry("PermanentRedirect", PLACE),
            Map.entry("IllegalLocationConstraintException", PLACE),
            Map.entry("NoSuchBucket", "Create the bucket, or name another in s3.bucket."),
            Map.entry("NoSuchKey", "It was deleted, or it is in another bucket than s3.bucket says."),
            Map.entry("InvalidRange", "It is shorter than its row says: restore it from a backup."),
            Map.entry("RequestTimeTooSkewed", "Set the clock of this machine or of the object store right."),
            Map.entry("InvalidObjectState", "It was moved to an archive: restore it, and take it out of such rules."),
            Map.entry("NotImplemented", "This object store lacks what is needed: use another."));

    private S3Failures() {}

    /** @param what was tried, as in "could not ..." */
    static ObjectStoreException of(String what, SdkException cause) {
        String code = code(cause);
        String said = (code == null ? "" : code + ": ") + cause.getMessage();
        return exception(what, said, passes(cause), advice(code, cause), cause);
    }

    /** A failure of one key in an answer about many. */
    static ObjectStoreException of(String what, @Nullable String code, @Nullable String message) {
        return exception(what, code + ": " + message, passes(code), advice(code, null), null);
    }

    /** Whether a failure with this code passes by itself; one without a code does not. */
    static boolean passes(@Nullable String code) {
        return code != null && PASSING.contains(code);
    }

    /** Whether this says, of a conditional write, that the object is another by now or is gone. */
    static boolean tagRefused(SdkException failed) {
        int status = failed instanceof SdkServiceException service ? service.statusCode() : 0;
        return status == 412 || status == 409 || "NoSuchKey".equals(code(failed));
    }

    private static boolean passes(SdkException cause) {
        if (!(cause instanceof SdkServiceException service)) {
            return !lacksCredentials(cause);
        }
        int status = service.statusCode();
        // 501 is what a server answers that lacks the call.
        boolean passingStatus = status == 408 || status == 429 || (status >= 500 && status != 501);
        return passingStatus || passes(code(cause)) || service.isThrottlingException() || service.retryable();
    }

    private static String advice(@Nullable String code, @Nullable SdkException cause) {
        if (cause != null && lacksCredentials(cause)) {
            return CREDENTIALS;
        }
        return code == null ? ANYTHING : ADVICE.getOrDefault(code, ANYTHING);
    }

    /** The SDK has no exception of its own for this, and says it in words only. */
    private static boolean lacksCredentials(SdkException cause) {
        return !(cause instanceof SdkServiceException)
                && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("credentials");
    }

    private static @Nullable String code(SdkException cause) {
        AwsErrorDetails details = cause instanceof AwsServiceException service ? service.awsErrorDetails() : null;
        return details == null ? null : details.errorCode();
    }

    private static ObjectStoreException exception(
            String what, String said, boolean passing, String advice, @Nullable SdkException cause) {
        return passing
                ? ObjectStoreException.passing("could not " + what + ": " + said + ". " + WAIT, cause)
                : ObjectStoreException.lasting("could not " + what + ": " + said + ". " + advice, cause);
    }
}
