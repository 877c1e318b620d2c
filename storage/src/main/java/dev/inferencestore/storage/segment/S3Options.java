package dev.inferencestore.storage.segment;

import dev.inferencestore.domain.options.Option;
import java.time.Duration;
import java.util.List;

/** How to reach the object store. */
public final class S3Options {
    public static final Option<String> ENDPOINT = Option.text(
                    "s3.endpoint", "URL of an S3-compatible server; left out for AWS itself.")
            .optionally();
    public static final Option<String> REGION =
            Option.text("s3.region", "Region of the bucket.").or("us-east-1");
    public static final Option<String> BUCKET = Option.text("s3.bucket", "Bucket for inputs; must exist.");
    public static final Option<String> PREFIX = Option.text(
                    "s3.prefix", "What the keys of all objects begin with, without a slash at its end.")
            .or("inputs");
    public static final Option<Boolean> PATH_STYLE = Option.flag(
                    "s3.path-style", "Whether the bucket stands in the path, as most S3-compatible servers want it.")
            .or("true");
    public static final Option<String> ACCESS_KEY = Option.text(
                    "s3.access-key", "Access key; left out to use the usual AWS credential chain.")
            .optionally()
            .asSecret();
    public static final Option<String> SECRET_KEY = Option.text("s3.secret-key", "Secret key to the access key.")
            .optionally()
            .asSecret();
    public static final Option<Duration> TIMEOUT = Option.duration(
                    "s3.timeout", Duration.ofSeconds(1), "The most that one call may take, its retries included.")
            .or("60s");
    public static final List<Option<?>> ALL =
            List.of(ENDPOINT, REGION, BUCKET, PREFIX, PATH_STYLE, ACCESS_KEY, SECRET_KEY, TIMEOUT);

    private S3Options() {}
}
