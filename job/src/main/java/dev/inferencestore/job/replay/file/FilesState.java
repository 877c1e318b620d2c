package dev.inferencestore.job.replay.file;

import java.util.List;

/**
 * What is still to be handed out.
 *
 * @param listed whether the files have been looked for
 * @param waiting those that no reader has
 * @param bytes of all files
 */
public record FilesState(boolean listed, List<FileSplit> waiting, long bytes) {
    public FilesState {
        waiting = List.copyOf(waiting);
    }
}
