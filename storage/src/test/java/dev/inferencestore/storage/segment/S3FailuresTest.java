package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3FailuresTest {
    @ParameterizedTest
    @CsvSource({
        "500, InternalError, true",
        "502, , true",
        "503, SlowDown, true",
        "503, , true",
        "429, TooManyRequests, true",
        "408, , true",
        "400, RequestTimeout, true",
        "409, OperationAborted, true",
        "501, NotImplemented, false",
        "403, AccessDenied, false",
        "403, , false",
        "403, InvalidAccessKeyId, false",
        "403, SignatureDoesNotMatch, false",
        "403, RequestTimeTooSkewed, false",
        "404, NoSuchBucket, false",
        "404, NoSuchKey, false",
        "416, InvalidRange, false",
        "301, PermanentRedirect, false"
    })
    void anAnswerPassesOrStays(int status, String code, boolean passing) {
        ObjectStoreException failure = S3Failures.of("read object 'k'", answer(status, code));

        assertThat(failure.passing()).isEqualTo(passing);
        assertThat(failure)
                .hasMessageStartingWith("could not read object 'k': ")
                .hasMessageContaining(code == null ? "Status Code: " + status : code);
    }

    @Test
    void noAnswerPassesUnlessThereAreNoCredentials() {
        assertThat(S3Failures.of("read", ApiCallTimeoutException.create(60_000)).passing())
                .isTrue();
        assertThat(S3Failures.of("read", SdkClientException.create("Unable to execute HTTP request: reset"))
                        .passing())
                .isTrue();
        assertThat(S3Failures.of("read", SdkClientException.create("Unable to load credentials from any of the ...")))
                .hasMessageContaining("s3.access-key")
                .matches(failure -> !failure.passing());
    }

    @Test
    void aConditionalWriteIsRefusedByStatusOrAbsence() {
        assertThat(S3Failures.tagRefused(answer(412, "PreconditionFailed"))).isTrue();
        assertThat(S3Failures.tagRefused(answer(409, "ConditionalRequestConflict")))
                .isTrue();
        assertThat(S3Failures.tagRefused(answer(404, "NoSuchKey"))).isTrue();
        assertThat(S3Failures.tagRefused(answer(404, "NoSuchBucket"))).isFalse();
        assertThat(S3Failures.tagRefused(answer(503, "SlowDown"))).isFalse();
        assertThat(S3Failures.tagRefused(SdkClientException.create("reset"))).isFalse();
    }

    @Test
    void keysThatAreSlowedDownMayBeTriedAgain() {
        Undeleted undeleted = new Undeleted("b");
        undeleted.add(key("a", "SlowDown"));
        undeleted.add(key("b", "InternalError"));
        undeleted.add(key("c", "ServiceUnavailable"));

        assertThat(thrownBy(undeleted))
                .hasMessageContainingAll("'a' and 2 more", "SlowDown")
                .matches(ObjectStoreException::passing);
    }

    @Test
    void oneRefusedKeyAmongThemNeedsAPersonAndIsNamed() {
        Undeleted undeleted = new Undeleted("b");
        undeleted.add(key("slow", "SlowDown"));
        undeleted.add(key("locked", "AccessDenied"));
        undeleted.add(key("slow too", "SlowDown"));

        assertThat(thrownBy(undeleted))
                .hasMessageContainingAll("'locked' and 2 more", "AccessDenied", "Let the access key")
                .matches(failure -> !failure.passing());
    }

    @Test
    void aKeyThatIsGoneIsNoFailure() {
        Undeleted undeleted = new Undeleted("b");
        undeleted.add(key("gone", "NoSuchKey"));

        assertThatCode(undeleted::throwIfAny).doesNotThrowAnyException();
    }

    private static ObjectStoreException thrownBy(Undeleted undeleted) {
        return catchThrowableOfType(ObjectStoreException.class, undeleted::throwIfAny);
    }

    private static S3Error key(String key, String code) {
        return S3Error.builder().key(key).code(code).message("said so").build();
    }

    private static SdkException answer(int status, String code) {
        return S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage("said so")
                        .serviceName("S3")
                        .build())
                .build();
    }
}
