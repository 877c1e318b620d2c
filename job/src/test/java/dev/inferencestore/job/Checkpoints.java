package dev.inferencestore.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;

/** Checkpoints as they are on disk. */
final class Checkpoints {
    private Checkpoints() {}

    /** The number of the last one that a job has completed; 0 before the first. */
    static long last(Path folder, JobClient job) throws IOException {
        Path checkpoints = folder.resolve(job.getJobID().toString());
        if (!Files.exists(checkpoints)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("chk-") && Files.exists(checkpoints.resolve(name + "/_metadata")))
                    .mapToLong(name -> Long.parseLong(name.substring(4)))
                    .max()
                    .orElse(0);
        }
    }
}
