package dev.inferencestore.storage.reference;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.segment.S3Clients;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Fetches from S3, with the credentials that the store has, and over HTTP, without any. Redirects are not followed: they
 * could lead out of what is allowed.
 */
public final class RemoteReferences implements References {
    private static final int OK = 200;
    private static final int TIMEOUT = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final AllowedPrefixes allowed;
    private final S3Client s3;
    private final HttpClient http;
    private final Duration timeout;

    private RemoteReferences(AllowedPrefixes allowed, S3Client s3, Duration timeout) {
        this.allowed = allowed;
        this.s3 = s3;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /**
     * Opens clients.
     *
     * @param settings of {@link dev.inferencestore.storage.segment.S3Options}
     * @param timeout of one attempt
     */
    public static RemoteReferences connect(
            AllowedPrefixes allowed, Settings settings, Duration timeout, int connections) {
        return new RemoteReferences(allowed, S3Clients.connect(settings, connections), timeout);
    }

    @Override
    public boolean allows(String address) {
        return allowed.covers(address);
    }

    @Override
    public byte[] fetch(String address, long most) throws IOException, InterruptedException {
        if (!allowed.covers(address)) {
            throw new Gone("is not allowed");
        }
        URI uri = URI.create(address);
        return uri.getScheme().equalsIgnoreCase("s3") ? fromS3(uri, most) : overHttp(uri, most);
    }

    @Override
    public void close() {
        s3.close();
    }

    private byte[] fromS3(URI uri, long most) throws IOException {
        String key = uri.getPath().substring(1);
        try (ResponseInputStream<GetObjectResponse> object =
                s3.getObject(request -> request.bucket(uri.getAuthority()).key(key))) {
            long size = object.response().contentLength();
            if (size > most) {
                object.abort();
                throw new TooLarge(size);
            }
            return object.readAllBytes();
        } catch (S3Exception answered) {
            throw failure(answered.statusCode(), "S3 answered " + answered.statusCode());
        } catch (SdkException failed) {
            throw new IOException("S3 did not answer: " + failed.getMessage(), failed);
        }
    }

    private byte[] overHttp(URI uri, long most) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.send(
                HttpRequest.newBuilder(uri).timeout(timeout).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != OK) {
                throw failure(answer.statusCode(), "the server answered " + answer.statusCode());
            }
            long size = answer.headers().firstValueAsLong("content-length").orElse(-1);
            if (size > most) {
                throw new TooLarge(size);
            }
            byte[] bytes = body.readNBytes((int) Math.min(Integer.MAX_VALUE - 8L, most + 1));
            if (bytes.length > most) {
                throw new TooLarge(-1);
            }
            return bytes;
        }
    }

    private static IOException failure(int status, String message) {
        boolean passes = status == TIMEOUT || status == TOO_MANY || status >= SERVER_ERROR;
        return passes ? new IOException(message) : new Gone(message);
    }
}
