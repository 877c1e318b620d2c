package dev.inferencestore.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class S3ServerTest {
    private static final String BUCKET = "store";

    @TempDir
    static Path dir;

    private static S3Server server;
    private static S3Client client;

    @BeforeAll
    static void start() {
        server = S3Server.start(dir, 0);
        server.createBucket(BUCKET);
        client = client(server, server.secretKey(), RequestChecksumCalculation.WHEN_REQUIRED);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = RequestChecksumCalculation.class,
            names = {"WHEN_SUPPORTED", "WHEN_REQUIRED"})
    void anObjectIsReadAsItWasWritten(RequestChecksumCalculation checksums) {
        try (S3Client sdk = client(server, server.secretKey(), checksums)) {
            byte[] bytes = new byte[9 * 1024 * 1024 + 7];
            bytes[bytes.length - 1] = 1;
            String key = "model/2026/11/22/10/" + checksums + ".tar";
            sdk.putObject(
                    put -> put.bucket(BUCKET)
                            .key(key)
                            .contentType("application/x-tar")
                            .metadata(Map.of("kind", "inputs")),
                    RequestBody.fromBytes(bytes));

            var read = sdk.getObjectAsBytes(get -> get.bucket(BUCKET).key(key));
            assertThat(read.asByteArray()).isEqualTo(bytes);
            assertThat(read.response().contentType()).isEqualTo("application/x-tar");
            assertThat(read.response().metadata()).containsEntry("kind", "inputs");
        }
    }

    @Test
    void aRangeIsReadAlone() {
        put("range", "0123456789");

        var read =
                client.getObjectAsBytes(get -> get.bucket(BUCKET).key("range").range("bytes=3-5"));
        assertThat(read.asUtf8String()).isEqualTo("345");
        assertThat(read.response().contentRange()).isEqualTo("bytes 3-5/10");
        assertThatThrownBy(() -> client.getObjectAsBytes(
                        get -> get.bucket(BUCKET).key("range").range("bytes=10-12")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(416));
    }

    @ParameterizedTest
    @EnumSource(
            value = RequestChecksumCalculation.class,
            names = {"WHEN_SUPPORTED", "WHEN_REQUIRED"})
    void aThousandKeysAreDeletedAtOnceAndOneThatIsGoneIsNoError(RequestChecksumCalculation checksums) {
        List<String> keys = IntStream.range(0, 999)
                .mapToObj(i -> "many/" + checksums + "/" + i)
                .toList();
        keys.subList(0, 20).forEach(key -> put(key, "x"));

        try (S3Client sdk = client(server, server.secretKey(), checksums)) {
            DeleteObjectsResponse answer =
                    sdk.deleteObjects(delete -> delete.bucket(BUCKET).delete(d -> d.quiet(false)
                            .objects(keys.stream()
                                    .map(key ->
                                            ObjectIdentifier.builder().key(key).build())
                                    .toList())));

            assertThat(answer.errors()).isEmpty();
            assertThat(answer.deleted()).hasSize(999);
            assertThat(sdk.listObjectsV2(list -> list.bucket(BUCKET).prefix("many/" + checksums))
                            .contents())
                    .isEmpty();
        }
    }

    @Test
    void aListingIsInOrderOfKeysAndInPages() {
        List.of("list/c", "list/a", "list/b/2", "list/b/1").forEach(key -> put(key, "x"));

        ListObjectsV2Response first =
                client.listObjectsV2(list -> list.bucket(BUCKET).prefix("list/").maxKeys(3));
        ListObjectsV2Response second = client.listObjectsV2(
                list -> list.bucket(BUCKET).prefix("list/").continuationToken(first.nextContinuationToken()));

        assertThat(first.contents()).extracting(S3Object::key).containsExactly("list/a", "list/b/1", "list/b/2");
        assertThat(first.isTruncated()).isTrue();
        assertThat(second.contents()).extracting(S3Object::key).containsExactly("list/c");
        assertThat(client.listObjectsV2(
                                list -> list.bucket(BUCKET).prefix("list/").startAfter("list/b/1"))
                        .contents())
                .extracting(S3Object::key)
                .containsExactly("list/b/2", "list/c");
        assertThat(client.listObjectsV2(
                                list -> list.bucket(BUCKET).prefix("list/").delimiter("/"))
                        .commonPrefixes())
                .extracting(prefix -> prefix.prefix())
                .containsExactly("list/b/");
    }

    @Test
    void ifNoneMatchKeepsWhatIsThere() {
        put("once", "first");

        assertThatThrownBy(() -> client.putObject(
                        put -> put.bucket(BUCKET).key("once").ifNoneMatch("*"), RequestBody.fromString("second")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(text("once")).isEqualTo("first");
    }

    @Test
    void ifMatchReplacesOnlyWhatWasRead() {
        String tag = put("replace", "first");
        client.putObject(put -> put.bucket(BUCKET).key("replace").ifMatch(tag), RequestBody.fromString("second"));

        assertThatThrownBy(() -> client.putObject(
                        put -> put.bucket(BUCKET).key("replace").ifMatch(tag), RequestBody.fromString("third")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(text("replace")).isEqualTo("second");
    }

    @Test
    void whatIsStoredIsThereAfterACloseAndAStart(@TempDir Path kept) {
        try (S3Server first = S3Server.start(kept, 0);
                S3Client sdk = client(first, first.secretKey(), RequestChecksumCalculation.WHEN_SUPPORTED)) {
            first.createBucket(BUCKET);
            sdk.putObject(put -> put.bucket(BUCKET).key("kept"), RequestBody.fromString("before"));
        }
        try (S3Server second = S3Server.start(kept, 0);
                S3Client sdk = client(second, second.secretKey(), RequestChecksumCalculation.WHEN_SUPPORTED)) {
            second.createBucket(BUCKET);
            assertThat(sdk.getObjectAsBytes(get -> get.bucket(BUCKET).key("kept"))
                            .asUtf8String())
                    .isEqualTo("before");
        }
    }

    @Test
    void anObjectThatIsNotThereAndAWrongSecretAreTold() {
        assertThatThrownBy(() -> text("absent")).isInstanceOf(NoSuchKeyException.class);
        try (S3Client stranger = client(server, "wrong", RequestChecksumCalculation.WHEN_REQUIRED)) {
            assertThatThrownBy(() -> stranger.listObjectsV2(list -> list.bucket(BUCKET)))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void itSharesTheJvmWithJavalin() throws Exception {
        int port = FreePorts.next();
        Javalin api = Javalin.create(config -> config.routes.get("/", context -> context.result("api")));
        api.start("127.0.0.1", port);
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            put("beside", "the API");

            assertThat(answer.body()).isEqualTo("api");
            assertThat(text("beside")).isEqualTo("the API");
        } finally {
            api.stop();
        }
    }

    private static String put(String key, String text) {
        return client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString(text))
                .eTag();
    }

    private static String text(String key) {
        return client.getObjectAsBytes(get -> get.bucket(BUCKET).key(key)).asUtf8String();
    }

    private static S3Client client(S3Server server, String secret, RequestChecksumCalculation checksums) {
        return S3Client.builder()
                .endpointOverride(server.endpoint())
                .region(Region.of(server.region()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(server.accessKey(), secret)))
                .forcePathStyle(true)
                .httpClientBuilder(Apache5HttpClient.builder())
                .requestChecksumCalculation(checksums)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_SUPPORTED)
                .build();
    }
}
