package dev.inferencestore.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.storage.Servers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class S3ObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore open() {
        return S3ObjectStore.connect(Servers.bucket(), 4);
    }

    @Test
    void aBucketThatIsNotThereStaysAFailureAndIsNoAbsentObject() {
        Map<Option<?>, String> otherwise = Map.of(S3Options.BUCKET, "not-created");

        assertThat(failure(otherwise, store -> store.readAll("k")))
                .hasMessageContainingAll("'k'", "not-created", "NoSuchBucket", "s3.bucket")
                .matches(failed -> !failed.passing());
        assertThat(failure(otherwise, store -> store.replace("k", new byte[1], "\"tag\"")))
                .hasMessageContainingAll("replace", "NoSuchBucket")
                .matches(failed -> !failed.passing());
        assertThat(failure(otherwise, store -> store.list("a/", null)))
                .hasMessageContainingAll("'a/*'", "NoSuchBucket")
                .matches(failed -> !failed.passing());
    }

    @Test
    void aWrongSecretStaysAFailure() {
        assertThat(failure(Map.of(S3Options.SECRET_KEY, "wrong"), store -> store.readAll("k")))
                .hasMessageContainingAll("SignatureDoesNotMatch", "s3.secret-key")
                .matches(failed -> !failed.passing());
    }

    @Test
    void aServerThatIsDownMayComeBack() {
        // Port 1 is reserved: nothing listens there.
        assertThat(failure(Map.of(S3Options.ENDPOINT, "http://127.0.0.1:1"), store -> store.delete(List.of("k"))))
                .hasMessageContainingAll("'k'", "try again later", "s3.endpoint")
                .matches(ObjectStoreException::passing);
    }

    private interface Call {
        void on(ObjectStore store);
    }

    private static ObjectStoreException failure(Map<Option<?>, String> otherwise, Call call) {
        try (ObjectStore store = S3ObjectStore.connect(Servers.bucket(otherwise), 1)) {
            return catchThrowableOfType(ObjectStoreException.class, () -> call.on(store));
        }
    }
}
