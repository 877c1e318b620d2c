package dev.inferencestore.api.replay;

import dev.inferencestore.storage.replay.ReplayIds;
import dev.inferencestore.storage.replay.ReplayRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Has Flink run replays, with the job's jar, which it uploads where Flink has not this very content. For one thread. */
final class Submissions {
    private static final String NAME = "inference-store-";

    private final FlinkRest flink;
    private final Path jar;
    private final List<String> arguments;

    private @Nullable FileTime hashedAt;
    private String name = "";

    /**
     * Of one cluster.
     *
     * @param arguments for every job, beside what says which replay it is
     */
    Submissions(FlinkRest flink, Path jar, List<String> arguments) {
        this.flink = flink;
        this.jar = jar;
        this.arguments = arguments;
    }

    /** The job of a replay that is submitted; empty where Flink has none. */
    Optional<FlinkJob> job(ReplayRun run) {
        return flink.job(ReplayIds.flinkJobId(run.replayId()));
    }

    /** Has it run. Done twice, Flink refuses the second one, since the id of the job follows from the replay's. */
    void submit(ReplayRun run) {
        List<String> all = new ArrayList<>(List.of("--replay.id", run.replayId()));
        all.addAll(arguments);
        String file = name();
        String jarId = flink.uploaded(file).orElseGet(() -> flink.upload(jar, file));
        flink.run(jarId, EntryClass.of(run.kind()), all, ReplayIds.flinkJobId(run.replayId()));
    }

    void cancel(ReplayRun run) {
        flink.cancel(ReplayIds.flinkJobId(run.replayId()));
    }

    /** By which a cluster is asked whether it has this content; read again after the file was changed. */
    private String name() {
        try {
            FileTime changedAt = Files.getLastModifiedTime(jar);
            if (!changedAt.equals(hashedAt)) {
                name = NAME + hash() + ".jar";
                hashedAt = changedAt;
            }
            return name;
        } catch (IOException unreadable) {
            throw FlinkException.refused("the job's jar cannot be read: " + unreadable);
        }
    }

    private String hash() throws IOException {
        try (InputStream bytes = Files.newInputStream(jar)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(bytes, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }
}
