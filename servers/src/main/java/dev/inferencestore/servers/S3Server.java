package dev.inferencestore.servers;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server in this JVM, on loopback: S3Proxy on the file system. A bucket is a directory, an object a file with its metadata
 * in extended attributes. Clients use path-style addresses.
 *
 * <p>Objects appear whole or not at all and stay over a close and a kill of the JVM; they are not flushed to disk one by one, so a
 * power failure can lose the newest. Until an object is whole it is listed under its key, a dash and a UUID; a kill leaves that. Of
 * writers at once {@code If-None-Match: *} lets one through, {@code If-Match} several. The file system must have extended attributes.
 */
public final class S3Server implements AutoCloseable {
    private static final String ACCESS_KEY = "local";
    private static final String SECRET_KEY = "local-secret";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    private final S3Proxy server;
    private final FilesystemNio2BlobStore store;
    private final DirectoryLock lock;

    private S3Server(S3Proxy server, FilesystemNio2BlobStore store, DirectoryLock lock) {
        this.server = server;
        this.store = store;
        this.lock = lock;
    }

    /**
     * Starts a server on what the directory holds; returns when it takes requests.
     *
     * @param port where to listen on 127.0.0.1; 0 picks a free port
     */
    public static S3Server start(Path dir, int port) {
        DirectoryLock lock = DirectoryLock.of(dir);
        try {
            Path objects = Files.createDirectories(dir.resolve("buckets")).toRealPath();
            FilesystemNio2BlobStore store = new FilesystemNio2BlobStore(objects.toString());
            S3Proxy server = S3Proxy.builder()
                    .blobStore(store)
                    .endpoint(URI.create("http://127.0.0.1:" + port))
                    .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                    // Otherwise a stop waits for every idle connection that a client keeps open.
                    .stopTimeout(0)
                    .build();
            startOrStop(server);
            return new S3Server(server, store, lock);
        } catch (Exception e) {
            lock.close();
            throw new IllegalStateException(
                    "The S3 server did not start on 127.0.0.1:" + port + " with directory " + dir
                            + ": see the cause; is the port taken?",
                    e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    public String accessKey() {
        return ACCESS_KEY;
    }

    public String secretKey() {
        return SECRET_KEY;
    }

    /** The region that requests are signed for. */
    public String region() {
        return "us-east-1";
    }

    /** Creates the bucket unless it is there. */
    public void createBucket(String name) {
        if (!BUCKET.matcher(name).matches()) {
            throw new IllegalArgumentException("bucket \"" + name
                    + "\" must be 3 to 63 of a-z, 0-9, '.' and '-', and begin and end with a letter or digit.");
        }
        if (!store.containerExists(name)) {
            store.createContainer(name);
        }
    }

    /** Stops the server; requests under way fail. What is stored stays. */
    @Override
    public void close() {
        try {
            server.stop();
            store.close();
        } catch (Exception e) {
            throw new IllegalStateException("The S3 server did not stop cleanly.", e);
        } finally {
            lock.close();
        }
    }

    private static void startOrStop(S3Proxy server) throws Exception {
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
    }
}
