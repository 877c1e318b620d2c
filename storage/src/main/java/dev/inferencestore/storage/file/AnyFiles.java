package dev.inferencestore.storage.file;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.segment.S3Clients;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files of either kind, by the beginning of their paths. For one thread. */
public final class AnyFiles implements FileAccess {
    private final Settings settings;
    private final FileAccess local = new LocalFiles();
    private @Nullable FileAccess s3;

    private AnyFiles(Settings settings) {
        this.settings = settings;
    }

    /**
     * Opens access to them.
     *
     * @param settings of {@link dev.inferencestore.storage.segment.S3Options}, of which the bucket does not matter
     */
    public static AnyFiles connect(Settings settings) {
        return new AnyFiles(settings);
    }

    @Override
    public List<Found> list(String path) throws IOException {
        return of(path).list(path);
    }

    @Override
    public InputStream open(Found file, long from) throws IOException {
        return of(file.path()).open(file, from);
    }

    @Override
    public void close() {
        if (s3 != null) {
            s3.close();
        }
    }

    private FileAccess of(String path) {
        if (path.startsWith(LocalFiles.SCHEME)) {
            return local;
        }
        if (!path.startsWith(S3Files.SCHEME)) {
            throw new IllegalArgumentException("must begin with file: or s3: (it is '" + path + "')");
        }
        if (s3 == null) {
            s3 = new S3Files(S3Clients.connect(settings, 1));
        }
        return s3;
    }
}
