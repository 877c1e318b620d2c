package dev.inferencestore.benchmark;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.segment.S3Options;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The store's bucket, listed and read. */
public final class Bucket {
    private Bucket() {}

    /** Sizes of all objects by key. */
    public static Map<String, Long> list(LocalRun run, String prefix) {
        Map<String, Long> sizes = new HashMap<>();
        try (S3Client client = S3Client.builder()
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .endpointOverride(URI.create(run.s3()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(run.accessKey(), run.secretKey())))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build()) {
            for (S3Object object : client.listObjectsV2Paginator(
                            request -> request.bucket(run.bucket()).prefix(prefix))
                    .contents()) {
                sizes.put(object.key(), object.size());
            }
        }
        return sizes;
    }

    /** The bucket as the store itself reads it. */
    public static ObjectStore open(LocalRun run, int connections) {
        Map<String, String> values = new TreeMap<>(Map.of(
                "s3.endpoint", run.s3(),
                "s3.bucket", run.bucket(),
                "s3.access-key", run.accessKey(),
                "s3.secret-key", run.secretKey()));
        String[] arguments = values.entrySet().stream()
                .flatMap(value -> Stream.of("--" + value.getKey(), value.getValue()))
                .toArray(String[]::new);
        return S3ObjectStore.connect(Settings.read(S3Options.ALL, arguments, Map.of()), connections);
    }
}
