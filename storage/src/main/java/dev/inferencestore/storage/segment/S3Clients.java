package dev.inferencestore.storage.segment;

import dev.inferencestore.domain.options.Settings;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Clients of S3 or a server that speaks its protocol. Checksums are only sent where a call requires them, since older
 * servers refuse the trailers that recent SDKs send by default.
 */
public final class S3Clients {
    private S3Clients() {}

    /**
     * Connects.
     *
     * @param settings of {@link S3Options}
     * @param connections how many calls may run at once
     */
    public static S3Client connect(Settings settings, int connections) {
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
        return builder.build();
    }

    private static AwsCredentialsProvider credentials(Settings settings) {
        String access = settings.find(S3Options.ACCESS_KEY).orElse(null);
        String secret = settings.find(S3Options.SECRET_KEY).orElse(null);
        return access == null || secret == null
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(AwsBasicCredentials.create(access, secret));
    }
}
