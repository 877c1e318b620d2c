package dev.inferencestore.storage.file;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.segment.S3Clients;
import dev.inferencestore.storage.segment.S3Options;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Objects that are no segments, as others store them. */
public final class Uploads {
    private Uploads() {}

    /** Stores a text. */
    public static void put(Settings settings, String key, String text) {
        try (S3Client s3 = S3Clients.connect(settings, 1)) {
            s3.putObject(put -> put.bucket(settings.get(S3Options.BUCKET)).key(key), RequestBody.fromString(text));
        }
    }
}
