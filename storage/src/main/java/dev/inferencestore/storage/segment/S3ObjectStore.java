package dev.inferencestore.storage.segment;

import dev.inferencestore.domain.options.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * Objects in S3 or a server that speaks its protocol.
 *
 * <p>Checksums are only sent where a call requires them, since older servers refuse the trailers that recent SDKs send
 * by default; every input's sha256 is in its row.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final int KEYS_A_CALL = 1000;

    private final S3Client client;
    private final String bucket;

    private S3ObjectStore(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /**
     * Connects.
     *
     * @param settings of {@link S3Options}
     * @param connections how many calls may run at once
     */
    public static S3ObjectStore connect(Settings settings, int connections) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.get(S3Options.REGION)))
                .forcePathStyle(settings.get(S3Options.PATH_STYLE))
                .credentialsProvider(credentials(settings))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(connections + 2))
                .overrideConfiguration(override -> override.apiCallTimeout(settings.get(S3Options.TIMEOUT))
                        .retryStrategy(
                                StandardRetryStrategy.builder().maxAttempts(5).build()));
        settings.find(S3Options.ENDPOINT).map(URI::create).ifPresent(builder::endpointOverride);
        return new S3ObjectStore(builder.build(), settings.get(S3Options.BUCKET));
    }

    @Override
    public void put(String key, TarWriter tar) {
        try {
            RequestBody body = RequestBody.fromContentProvider(
                    ContentStreamProvider.fromInputStreamSupplier(tar::open), tar.objectLength(), "application/x-tar");
            client.putObject(request -> request.bucket(bucket).key(key), body);
        } catch (SdkException failed) {
            throw failure("store", key, failed);
        }
    }

    @Override
    public byte[] read(String key, long from, int length) {
        if (length == 0) {
            return new byte[0];
        }
        try {
            byte[] bytes = client.getObjectAsBytes(request ->
                            request.bucket(bucket).key(key).range("bytes=" + from + "-" + (from + length - 1)))
                    .asByteArrayUnsafe();
            if (bytes.length != length) {
                throw new ObjectStoreException(
                        "object '" + key + "' ends before byte " + (from + length) + " of bucket '" + bucket + "'");
            }
            return bytes;
        } catch (SdkException failed) {
            throw failure("read", key, failed);
        }
    }

    @Override
    public void delete(Collection<String> keys) {
        List<String> all = new ArrayList<>(keys);
        for (int from = 0; from < all.size(); from += KEYS_A_CALL) {
            deleteSome(all.subList(from, Math.min(all.size(), from + KEYS_A_CALL)));
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private void deleteSome(List<String> keys) {
        List<ObjectIdentifier> objects = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        try {
            DeleteObjectsResponse response = client.deleteObjects(request -> request.bucket(bucket)
                    .delete(delete -> delete.objects(objects).quiet(true)));
            for (S3Error error : response.errors()) {
                if (!"NoSuchKey".equals(error.code())) {
                    throw new ObjectStoreException("could not delete object '" + error.key() + "' of bucket '" + bucket
                            + "': " + error.code() + " " + error.message());
                }
            }
        } catch (SdkException failed) {
            throw failure("delete", keys.get(0), failed);
        }
    }

    private ObjectStoreException failure(String verb, String key, SdkException cause) {
        return new ObjectStoreException(
                "could not " + verb + " object '" + key + "' in bucket '" + bucket + "': " + cause.getMessage()
                        + " (check s3.endpoint, s3.bucket and the credentials)",
                cause);
    }

    private static AwsCredentialsProvider credentials(Settings settings) {
        String access = settings.find(S3Options.ACCESS_KEY).orElse(null);
        String secret = settings.find(S3Options.SECRET_KEY).orElse(null);
        return access == null || secret == null
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(access, secret));
    }
}
