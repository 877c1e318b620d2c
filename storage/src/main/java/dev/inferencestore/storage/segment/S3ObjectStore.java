package dev.inferencestore.storage.segment;

import dev.inferencestore.domain.options.Settings;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * Objects in S3 or a server that speaks its protocol. Every input's sha256 is in its row.
 */
public final class S3ObjectStore implements ObjectStore {
    private static final int KEYS_A_CALL = 1000;
    private static final String CONTENT_TYPE = "application/x-tar";

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
        return new S3ObjectStore(S3Clients.connect(settings, connections), settings.get(S3Options.BUCKET));
    }

    @Override
    public void put(String key, TarWriter tar) {
        try {
            RequestBody body = RequestBody.fromContentProvider(
                    ContentStreamProvider.fromInputStreamSupplier(tar::open), tar.objectLength(), CONTENT_TYPE);
            client.putObject(request -> request.bucket(bucket).key(key), body);
        } catch (SdkException failed) {
            throw failure("store", key, failed);
        }
    }

    @Override
    public boolean replace(String key, byte[] bytes, String tag) {
        try {
            // The usual RequestBody.fromBytes would copy an object that may be large.
            RequestBody body = RequestBody.fromContentProvider(
                    ContentStreamProvider.fromByteArrayUnsafe(bytes), bytes.length, CONTENT_TYPE);
            client.putObject(request -> request.bucket(bucket).key(key).ifMatch(tag), body);
            return true;
        } catch (SdkException failed) {
            if (S3Failures.tagRefused(failed)) {
                return false;
            }
            throw failure("replace", key, failed);
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
                throw ObjectStoreException.lasting(
                        "object '" + key + "' in bucket '" + bucket + "' ends before byte " + (from + length)
                                + ". Something other than this store has replaced it: restore it from a backup.");
            }
            return bytes;
        } catch (SdkException failed) {
            throw failure("read", key, failed);
        }
    }

    @Override
    public InputStream open(String key, long from, long length) {
        if (length == 0) {
            return InputStream.nullInputStream();
        }
        try {
            return new RunOfBytes(
                    client.getObject(request ->
                            request.bucket(bucket).key(key).range("bytes=" + from + "-" + (from + length - 1))),
                    key,
                    length);
        } catch (SdkException failed) {
            throw failure("read", key, failed);
        }
    }

    @Override
    public Optional<Whole> readAll(String key) {
        try {
            ResponseBytes<GetObjectResponse> answer =
                    client.getObjectAsBytes(request -> request.bucket(bucket).key(key));
            return Optional.of(
                    new Whole(answer.asByteArrayUnsafe(), answer.response().eTag()));
        } catch (NoSuchKeyException absent) {
            return Optional.empty();
        } catch (SdkException failed) {
            throw failure("read", key, failed);
        }
    }

    @Override
    public Listing list(String prefix, @Nullable String after) {
        try {
            ListObjectsV2Response page = page(prefix, after, null);
            // Some servers answer with an empty page where the next ones have objects.
            while (page.contents().isEmpty() && page.nextContinuationToken() != null) {
                page = page(prefix, after, page.nextContinuationToken());
            }
            List<Listing.Entry> entries = page.contents().stream()
                    .map(object -> new Listing.Entry(object.key(), object.size(), object.lastModified()))
                    .toList();
            boolean more = Boolean.TRUE.equals(page.isTruncated()) && !entries.isEmpty();
            return new Listing(entries, more ? entries.get(entries.size() - 1).key() : null);
        } catch (SdkException failed) {
            throw S3Failures.of("list objects '" + prefix + "*' in bucket '" + bucket + "'", failed);
        }
    }

    @Override
    public void delete(Collection<String> keys) {
        Undeleted undeleted = new Undeleted(bucket);
        List<ObjectIdentifier> batch = new ArrayList<>();
        for (String key : keys) {
            batch.add(ObjectIdentifier.builder().key(key).build());
            if (batch.size() == KEYS_A_CALL) {
                deleteSome(batch, undeleted);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            deleteSome(batch, undeleted);
        }
        undeleted.throwIfAny();
    }

    @Override
    public void close() {
        client.close();
    }

    private ListObjectsV2Response page(String prefix, @Nullable String after, @Nullable String token) {
        return client.listObjectsV2(request ->
                request.bucket(bucket).prefix(prefix).startAfter(after).continuationToken(token));
    }

    private void deleteSome(List<ObjectIdentifier> batch, Undeleted undeleted) {
        try {
            client.deleteObjects(request -> request.bucket(bucket)
                            .delete(delete -> delete.objects(batch).quiet(true)))
                    .errors()
                    .forEach(undeleted::add);
        } catch (SdkException failed) {
            throw failure(
                    "delete " + batch.size() + " objects, the first being",
                    batch.get(0).key(),
                    failed);
        }
    }

    private ObjectStoreException failure(String verb, String key, SdkException cause) {
        return S3Failures.of(verb + " object '" + key + "' in bucket '" + bucket + "'", cause);
    }
}
