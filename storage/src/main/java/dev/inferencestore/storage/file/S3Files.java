package dev.inferencestore.storage.file;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Objects of any bucket that the store's credentials may read. */
final class S3Files implements FileAccess {
    static final String SCHEME = "s3:";
    private static final int NOT_FOUND = 404;
    private static final int CHANGED = 412;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final S3Client client;

    S3Files(S3Client client) {
        this.client = client;
    }

    @Override
    public List<Found> list(String path) throws IOException {
        String bucket = bucket(path);
        String key = key(path);
        try {
            if (!path.endsWith("/")) {
                HeadObjectResponse about =
                        client.headObject(request -> request.bucket(bucket).key(key));
                Found one = found(path, about.contentLength(), about.eTag(), about.lastModified());
                return one.size() == 0 ? List.of() : List.of(one);
            }
            return client
                    .listObjectsV2Paginator(request -> request.bucket(bucket).prefix(key))
                    .contents()
                    .stream()
                    .filter(object -> object.size() > 0)
                    .map(object -> found(
                            "s3://" + bucket + "/" + object.key(), object.size(), object.eTag(), object.lastModified()))
                    .toList();
        } catch (SdkException failed) {
            throw failure(path, failed);
        }
    }

    @Override
    public InputStream open(Found file, long from) throws IOException {
        if (from >= file.size()) {
            return InputStream.nullInputStream();
        }
        try {
            return new Resumed(file.path(), from, file.size(), position -> begin(file, position));
        } catch (SdkException failed) {
            throw failure(file.path(), failed);
        }
    }

    private InputStream begin(Found file, long from) throws IOException {
        try {
            return client.getObject(request -> request.bucket(bucket(file.path()))
                    .key(key(file.path()))
                    .ifMatch(file.tag())
                    .range("bytes=" + from + "-"));
        } catch (SdkException failed) {
            throw failure(file.path(), failed);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** A listing may tell the time more exactly than the object itself does: whole seconds are the same in both. */
    private static Found found(String path, long size, String tag, Instant modified) {
        return new Found(
                path, size, tag, modified.truncatedTo(ChronoUnit.SECONDS).toEpochMilli());
    }

    private static String bucket(String path) {
        return path.substring(5, path.indexOf('/', 5));
    }

    private static String key(String path) {
        return path.substring(path.indexOf('/', 5) + 1);
    }

    private static IOException failure(String path, SdkException failed) {
        if (!(failed instanceof S3Exception answered) || answered.statusCode() >= SERVER_ERROR) {
            return new IOException(path + " could not be read: " + failed.getMessage(), failed);
        }
        return switch (answered.statusCode()) {
            case NOT_FOUND -> new BrokenFileException("there is no " + path, failed);
            case CHANGED -> new BadContentException(path + " was changed while it was read", failed);
            case TOO_MANY -> new IOException(path + " could not be read: " + failed.getMessage(), failed);
            default -> new BrokenFileException(path + " may not be read: " + failed.getMessage(), failed);
        };
    }
}
