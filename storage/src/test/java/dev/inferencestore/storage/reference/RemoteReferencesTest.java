package dev.inferencestore.storage.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.Servers;
import dev.inferencestore.storage.segment.S3Clients;
import dev.inferencestore.storage.segment.S3Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

class RemoteReferencesTest {
    private static final byte[] PICTURE = {1, 2, 3, 4, 5};

    private static HttpServer http;
    private static String site;
    private static String bucket;
    private static RemoteReferences references;

    @BeforeAll
    static void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site = "http://" + http.getAddress().getHostString() + ":"
                + http.getAddress().getPort() + "/in/";
        answer("picture", 200, PICTURE.length);
        answer("without-length", 200, 0);
        answer("missing", 404, -1);
        answer("busy", 503, -1);
        answer("elsewhere", 302, -1);
        http.start();
        Settings settings = Servers.bucket();
        bucket = settings.get(S3Options.BUCKET);
        try (S3Client s3 = S3Clients.connect(settings, 1)) {
            s3.putObject(put -> put.bucket(bucket).key("live/a b.png"), RequestBody.fromBytes(PICTURE));
        }
        references = RemoteReferences.connect(
                AllowedPrefixes.of(site + ",s3://" + bucket + "/live/"), settings, Duration.ofSeconds(5), 2);
    }

    private static void answer(String name, int status, long length) {
        http.createContext("/in/" + name, exchange -> {
            exchange.getResponseHeaders().add("Location", "/in/picture");
            exchange.sendResponseHeaders(status, length);
            if (length >= 0) {
                exchange.getResponseBody().write(PICTURE);
            }
            exchange.close();
        });
    }

    @AfterAll
    static void stop() {
        references.close();
        http.stop(0);
    }

    @Test
    void bytesComeFromHttpAndFromS3() throws Exception {
        assertThat(references.fetch(site + "picture", 5)).isEqualTo(PICTURE);
        assertThat(references.fetch(site + "without-length", 5)).isEqualTo(PICTURE);
        assertThat(references.fetch("s3://" + bucket + "/live/a%20b.png", 5)).isEqualTo(PICTURE);
    }

    @Test
    void noMoreThanAskedForIsRead() {
        for (String address : new String[] {site + "picture", "s3://" + bucket + "/live/a%20b.png"}) {
            assertThatThrownBy(() -> references.fetch(address, 4))
                    .isInstanceOfSatisfying(References.TooLarge.class, large -> assertThat(large.size())
                            .isEqualTo(5));
        }
        assertThatThrownBy(() -> references.fetch(site + "without-length", 4)).isInstanceOf(References.TooLarge.class);
    }

    @Test
    void whatWillNeverBeThereIsToldFromWhatMayBeLater() {
        for (String gone : new String[] {
            site + "missing", site + "elsewhere", "s3://" + bucket + "/live/none", "file:///etc/passwd"
        }) {
            assertThatThrownBy(() -> references.fetch(gone, 5)).as(gone).isInstanceOf(References.Gone.class);
        }
        assertThatThrownBy(() -> references.fetch(site + "busy", 5))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(References.Gone.class);
    }
}
